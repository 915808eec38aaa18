package io.tallygate.http;

import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.tallygate.kernel.Asked;
import io.tallygate.kernel.Ids;
import io.tallygate.kernel.InvalidInputException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A request over HTTP, whose idempotency key is a header. */
record HttpOrigin(HttpRequest<?> request) implements Origin {

    /** What the header and a {@code request_id} are together. */
    private static final String CALLED = "idempotency key";

    @Override
    public String caller() {
        return Caller.nameOf(request);
    }

    @Override
    public @Nullable String key() {
        HttpHeaders headers = request.getHeaders();
        String first = headers.get(KEY_HEADER);
        if (first == null) {
            return null;
        }
        if (headers.getAll(KEY_HEADER).size() > 1) {
            throw new InvalidInputException(KEY_HEADER, first, "must be given once");
        }
        String value = utf8(first);
        Ids.require(KEY_HEADER, value);
        return value;
    }

    /** Header bytes reach us as one character each. */
    private static String utf8(String value) {
        try {
            return StandardCharsets.UTF_8.newDecoder()
                    .decode(ByteBuffer.wrap(value.getBytes(StandardCharsets.ISO_8859_1)))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new InvalidInputException(KEY_HEADER, value, "must be UTF-8");
        }
    }

    @Override
    public Problem problem(Asked asked, Throwable failure) {
        return Failures.problem(asked, CALLED, () -> operation() + RequestIds.named(request), failure);
    }

    /** What is asked for, such as {@code POST /api/v1/counter/increment}. */
    String operation() {
        return request.getMethodName() + ' ' + request.getPath();
    }
}
