package io.tallygate.functions.http;

/** The event describes what is no HTTP request, so there is nothing that could be routed. */
final class UnreadableRequestException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    UnreadableRequestException(Exception cause) {
        super(cause);
    }
}
