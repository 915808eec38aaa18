package io.tallygate.grpc;

import com.google.protobuf.Timestamp;
import io.tallygate.kernel.InvalidInputException;
import java.time.Instant;

/** Values that messages of all services have, with the rules of the contract. */
public final class Values {

    private Values() {}

    /**
     * Refuses a list that is empty or too long.
     *
     * @throws InvalidInputException naming {@code field}, unless there are 1 to {@code max}
     */
    public static void requireSize(String field, int size, int max) {
        if (size == 0 || size > max) {
            throw new InvalidInputException(field, "[" + size + " elements]", "must have 1 to " + max + " elements");
        }
    }

    /** The same instant. */
    public static Timestamp timestamp(Instant instant) {
        return Timestamp.newBuilder().setSeconds(instant.getEpochSecond()).setNanos(instant.getNano()).build();
    }
}
