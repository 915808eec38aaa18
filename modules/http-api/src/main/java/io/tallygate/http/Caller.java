package io.tallygate.http;

import io.micronaut.http.HttpRequest;
import io.tallygate.access.Token;

/** Who sent a request. */
final class Caller {

    private static final String ATTRIBUTE = "io.tallygate.http.caller";

    private Caller() {}

    static void remember(HttpRequest<?> request, Token token) {
        request.setAttribute(ATTRIBUTE, token.name());
    }

    /** The name of the token it came with; empty while no tokens are configured. */
    static String nameOf(HttpRequest<?> request) {
        return request.getAttribute(ATTRIBUTE, String.class).orElse("");
    }
}
