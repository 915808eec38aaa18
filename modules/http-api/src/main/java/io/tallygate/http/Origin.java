package io.tallygate.http;

import io.micronaut.http.HttpRequest;
import org.jspecify.annotations.Nullable;

/**
 * Where a request comes from, as far as its idempotency keys and the log are concerned.
 *
 * @param caller    the name of the caller's token; empty when there are none
 * @param key       the idempotency key of the request as a whole
 * @param operation what is asked for, such as {@code POST /api/v1/counter/increment}
 */
record Origin(String caller, @Nullable String key, String operation) {

    /** @throws io.tallygate.kernel.InvalidInputException when its idempotency key breaks a rule */
    static Origin of(HttpRequest<?> request) {
        return new Origin(Caller.nameOf(request), IdempotencyKeys.header(request.getHeaders()), operation(request));
    }

    /** A request that did not come over HTTP: whoever may send it is one caller. */
    static Origin direct(String operation) {
        return new Origin("", null, operation);
    }

    static String operation(HttpRequest<?> request) {
        return request.getMethodName() + ' ' + request.getPath();
    }
}
