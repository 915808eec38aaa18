package io.tallygate.http;

import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.tallygate.counter.CounterKey;
import io.tallygate.counter.IdempotencyKey;
import io.tallygate.counter.Increment;
import io.tallygate.kernel.InvalidInputException;
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

    private IdempotencyKeys() {}

    /**
     * The key in the header, for a request whose effect is these increments.
     *
     * @throws InvalidInputException when it is not 1 to 256 bytes of UTF-8 without control characters
     */
    static @Nullable IdempotencyKey ofHeader(HttpRequest<?> request, List<Increment> increments) {
        String value = header(request.getHeaders());
        return value == null
                ? null
                : IdempotencyKey.ofRequest(Caller.nameOf(request), value, Origin.operation(request), increments);
    }

    /** The key of a request as a whole. */
    static @Nullable IdempotencyKey ofRequest(Origin origin, List<Increment> increments) {
        return origin.key() == null
                ? null
                : IdempotencyKey.ofRequest(origin.caller(), origin.key(), origin.operation(), increments);
    }

    /** The key of one item of a batch. */
    static IdempotencyKey ofItem(Origin origin, String requestId, Increment increment) {
        return IdempotencyKey.ofOperation(origin.caller(), requestId, increment);
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
        CounterKey.requireId(HEADER, value);
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
