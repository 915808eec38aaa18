package io.tallygate.http;

import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.tallygate.counter.RequestKeys;
import io.tallygate.kernel.Ids;
import io.tallygate.kernel.InvalidInputException;
import io.tallygate.ledger.Change;
import io.tallygate.ledger.IdempotencyKey;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Idempotency keys of requests. Each belongs to the token that its request came with, so that two callers who choose
 * the same one do not meet.
 */
final class IdempotencyKeys {

    static final String HEADER = "Idempotency-Key";

    /** What the header and a {@code request_id} are together. */
    static final String CALLED = "idempotency key";

    /** What a key is for, however the request's path was spelt. */
    private static final String INCREMENT = "POST /api/v1/counter/increment";
    private static final String BATCH_INCREMENT = "POST /api/v1/counter/batch-increment";

    private IdempotencyKeys() {}

    /**
     * The key of a single increment: the header's, or else its {@code request_id}, by which it is known over every
     * protocol and in every batch.
     *
     * @throws InvalidInputException when one of them is not 1 to 256 bytes of UTF-8 without control characters, or when
     *     both are given and differ
     */
    static @Nullable IdempotencyKey ofSingle(HttpRequest<?> request, @Nullable String requestId, Change.Add increment) {
        String header = header(request.getHeaders());
        requireSame(header, requestId);
        if (header != null) {
            return RequestKeys.ofRequest(Caller.nameOf(request), header, INCREMENT, List.of(increment));
        }
        return requestId == null
                ? null
                : RequestKeys.ofOperation(Caller.nameOf(request), requestId, increment);
    }

    /** What the key of a single increment that has one is called, for a message about it. */
    static String named(HttpRequest<?> request) {
        return request.getHeaders().get(HEADER) == null ? "the request_id" : "the " + HEADER;
    }

    /**
     * The key of a batch as a whole: the header's or its {@code request_id}.
     *
     * @throws InvalidInputException when both are given and differ
     */
    static @Nullable IdempotencyKey ofBatch(
            Origin origin, @Nullable String requestId, List<Change.Add> increments) {
        requireSame(origin.key(), requestId);
        String key = origin.key() == null ? requestId : origin.key();
        return key == null ? null : RequestKeys.ofRequest(origin.caller(), key, BATCH_INCREMENT, increments);
    }

    private static void requireSame(@Nullable String header, @Nullable String requestId) {
        if (header != null && requestId != null && !header.equals(requestId)) {
            throw new InvalidInputException("request_id", requestId,
                    "must equal the header " + HEADER + " when both are given");
        }
    }

    /** The key of one item of a batch. */
    static IdempotencyKey ofItem(Origin origin, String requestId, Change.Add increment) {
        return RequestKeys.ofOperation(origin.caller(), requestId, increment);
    }

    /** Checks the header also where no increment uses it. */
    static @Nullable String header(HttpHeaders headers) {
        String first = headers.get(HEADER);
        if (first == null) {
            return null;
        }
        if (headers.getAll(HEADER).size() > 1) {
            throw new InvalidInputException(HEADER, first, "must be given once");
        }
        String value = utf8(first);
        Ids.require(HEADER, value);
        return value;
    }

    /** Header bytes reach us as one character each. */
    private static String utf8(String value) {
        try {
            return StandardCharsets.UTF_8.newDecoder()
                    .decode(ByteBuffer.wrap(value.getBytes(StandardCharsets.ISO_8859_1)))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new InvalidInputException(HEADER, value, "must be UTF-8");
        }
    }
}
