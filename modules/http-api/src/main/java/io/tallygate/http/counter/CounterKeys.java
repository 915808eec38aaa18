package io.tallygate.http.counter;

import io.tallygate.counter.RequestKeys;
import io.tallygate.http.Origin;
import io.tallygate.ledger.Change;
import io.tallygate.ledger.IdempotencyKey;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Idempotency keys of requests. Each belongs to the token that its request came with, so that two callers who choose
 * the same one do not meet.
 */
final class CounterKeys {

    /** What a key is for, however the request's path was spelt. */
    private static final String INCREMENT = "POST /api/v1/counter/increment";

    private CounterKeys() {}

    /**
     * The key of a single increment: the header's, or else its {@code request_id}, by which it is known over every
     * protocol and in every batch.
     *
     * @throws io.tallygate.kernel.InvalidInputException when one of them is not 1 to 256 bytes of UTF-8 without control characters, or when
     *     both are given and differ
     */
    static @Nullable IdempotencyKey ofSingle(Origin origin, @Nullable String requestId, Change.Add increment) {
        String key = origin.key(requestId);
        return key == null ? null : RequestKeys.ofOperation(origin.caller(), key, increment);
    }

    /** The key by which version 0.1.0 knew it; null for one without the header. */
    static @Nullable IdempotencyKey formerOfSingle(Origin origin, Change.Add increment) {
        String key = origin.key();
        return key == null ? null : RequestKeys.ofRequest(origin.caller(), key, INCREMENT, List.of(increment));
    }
}
