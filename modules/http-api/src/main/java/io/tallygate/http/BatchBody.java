package io.tallygate.http;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.tallygate.kernel.InvalidInputException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The body of a batch, of whatever domain: its operations, whether they may be answered before they are stored, and a name.
 *
 * @param operations at least one, some of them perhaps invalid
 * @param requestId  the caller's name for the batch as a whole, by which a repetition is known
 * @param <T>        an operation, valid or not
 */
public record BatchBody<T>(List<T> operations, boolean async, @Nullable String requestId) {

    private enum Member {
        OPERATIONS,
        ASYNC,
        REQUEST_ID
    }

    private static final Members<Member> KNOWN = Members.all(Member.class)
            .orElsewhere("idempotency_key", Member.REQUEST_ID);

    /** Reads the members of one operation; the parser stands on its opening brace and must end on its closing one. */
    @FunctionalInterface
    public interface ItemReader<T> {

        /**
         * Reads on until the closing brace of the operation.
         *
         * @param place which operation it is, for what is wrong about it
         */
        T read(JsonParser in, Place place) throws IOException;
    }

    /**
     * Reads a batch.
     *
     * @param operationsMax the most operations
     * @param invalid       an operation of which only what is wrong about it is known
     * @throws ProblemException when the batch as a whole cannot be taken
     */
    public static <T> BatchBody<T> read(JsonParser in, int operationsMax, ItemReader<? extends T> item,
            Function<List<InvalidInputException>, ? extends T> invalid) throws IOException {
        var values = new JsonValues<Member>(in, null);
        var operations = new ArrayList<T>();
        boolean async = false;
        String requestId = null;
        for (Member member = values.next(KNOWN); member != null; member = values.next(KNOWN)) {
            switch (member) {
                case OPERATIONS ->
                    values.list(operationsMax, place -> operations.add(operation(in, place, item, invalid)));
                case ASYNC -> async = values.bool();
                case REQUEST_ID -> requestId = values.id();
            }
        }
        values.requireList(Member.OPERATIONS);
        values.throwIfAny();
        return new BatchBody<>(operations, async, requestId);
    }

    private static <T> T operation(JsonParser in, Place place, ItemReader<? extends T> item,
            Function<List<InvalidInputException>, ? extends T> invalid) throws IOException {
        if (in.currentToken() == JsonToken.START_OBJECT) {
            return item.read(in, place);
        }
        var error = new InvalidInputException(place.toString(), JsonValues.shown(in), "must be an object");
        in.skipChildren();
        return invalid.apply(List.of(error));
    }
}
