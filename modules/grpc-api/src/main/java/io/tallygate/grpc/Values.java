package io.tallygate.grpc;

import com.google.protobuf.Timestamp;
import io.tallygate.kernel.InvalidInputException;
import java.time.Instant;

/** Values that messages of all services have, with the rules of the contract. */
public final class Values {

    private static final Instant FIRST = Instant.parse("0001-01-01T00:00:00Z");
    private static final Instant LAST = Instant.parse("9999-12-31T23:59:59Z");
    private static final int NANOS_MAX = 999_999_999;

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

    /**
     * The same instant.
     *
     * @throws InvalidInputException naming {@code field}, when it is not one of the years 0001 to 9999
     */
    public static Instant instant(String field, Timestamp timestamp) {
        long seconds = timestamp.getSeconds();
        int nanos = timestamp.getNanos();
        if (seconds < FIRST.getEpochSecond() || seconds > LAST.getEpochSecond() || nanos < 0 || nanos > NANOS_MAX) {
            throw new InvalidInputException(field, seconds + " s and " + nanos + " ns",
                    "must be a time of the years 0001 to 9999");
        }
        return Instant.ofEpochSecond(seconds, nanos);
    }

    /** The same instant. */
    public static Timestamp timestamp(Instant instant) {
        return Timestamp.newBuilder().setSeconds(instant.getEpochSecond()).setNanos(instant.getNano()).build();
    }
}
