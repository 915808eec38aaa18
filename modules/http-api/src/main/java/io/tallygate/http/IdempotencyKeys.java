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
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
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
                : ofRequest(Caller.nameOf(request), value, Origin.operation(request), increments);
    }

    /** The key of a request as a whole. */
    static @Nullable IdempotencyKey ofRequest(Origin origin, List<Increment> increments) {
        return origin.key() == null
                ? null
                : ofRequest(origin.caller(), origin.key(), origin.operation(), increments);
    }

    private static IdempotencyKey ofRequest(
            String caller, String key, String operation, List<Increment> increments) {
        return new IdempotencyKey("h:" + caller + ':' + key, fingerprint(operation, increments));
    }

    /** The key of one item of a batch. */
    static IdempotencyKey ofItem(Origin origin, String requestId, Increment increment) {
        return new IdempotencyKey(
                "r:" + origin.caller() + ':' + requestId, fingerprint("item", List.of(increment)));
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

    /** A digest of what the request means: the same for another spelling of the same JSON. */
    private static String fingerprint(String operation, List<Increment> increments) {
        MessageDigest digest = sha256();
        update(digest, operation);
        for (Increment increment : increments) {
            update(digest, increment.counter().resourceId());
            update(digest, increment.counter().counterType());
            digest.update(ByteBuffer.allocate(Long.BYTES).putLong(0, increment.delta()));
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /** The length first, so that neighbours cannot run into each other. */
    private static void update(MessageDigest digest, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, bytes.length));
        digest.update(bytes);
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
