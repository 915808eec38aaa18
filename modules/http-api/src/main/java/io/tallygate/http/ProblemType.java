package io.tallygate.http;

import io.micronaut.http.HttpStatus;

/** Every kind of error this API answers with. The slug is part of the contract; the title is for people. */
enum ProblemType {
    BAD_REQUEST("bad-request", HttpStatus.BAD_REQUEST, "The request is malformed"),
    INVALID_INPUT("invalid-input", HttpStatus.BAD_REQUEST, "The request breaks a rule"),
    MALFORMED_JSON("malformed-json", HttpStatus.BAD_REQUEST, "The body is not well-formed JSON"),
    UNAUTHENTICATED("unauthenticated", HttpStatus.UNAUTHORIZED, "A valid token is needed"),
    FORBIDDEN("forbidden", HttpStatus.FORBIDDEN, "The caller may not do this"),
    NOT_FOUND("not-found", HttpStatus.NOT_FOUND, "There is nothing at this path"),
    METHOD_NOT_ALLOWED("method-not-allowed", HttpStatus.METHOD_NOT_ALLOWED, "The path does not take this method"),
    NOT_ACCEPTABLE("not-acceptable", HttpStatus.NOT_ACCEPTABLE, "The answer has no such representation"),
    REQUEST_TIMEOUT("request-timeout", HttpStatus.REQUEST_TIMEOUT, "The request did not arrive in time"),
    COUNTER_OVERFLOW("counter-overflow", HttpStatus.CONFLICT, "The counter would leave its range"),
    CONTENT_TOO_LARGE("content-too-large", HttpStatus.REQUEST_ENTITY_TOO_LARGE, "The body is too large"),
    URI_TOO_LONG("uri-too-long", HttpStatus.REQUEST_URI_TOO_LONG, "The path or query is too long"),
    UNSUPPORTED_MEDIA_TYPE("unsupported-media-type", HttpStatus.UNSUPPORTED_MEDIA_TYPE, "The body is not JSON"),
    IDEMPOTENCY_KEY_REUSED("idempotency-key-reused", HttpStatus.UNPROCESSABLE_ENTITY,
            "The idempotency key belongs to another request"),
    HEADERS_TOO_LARGE("headers-too-large", HttpStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "The headers are too large"),
    NOT_SUPPORTED("not-supported", HttpStatus.NOT_IMPLEMENTED, "This deployment does not offer that"),
    INTERNAL_ERROR("internal-error", HttpStatus.INTERNAL_SERVER_ERROR, "The server failed"),
    WRONG_TYPE("wrong-type", HttpStatus.INTERNAL_SERVER_ERROR, "The store holds no number in a counter's place"),
    OVERLOADED("overloaded", HttpStatus.SERVICE_UNAVAILABLE, "Too much is waiting"),
    COMMIT_TIMEOUT("commit-timeout", HttpStatus.SERVICE_UNAVAILABLE, "The store did not answer in time"),
    SHUTTING_DOWN("shutting-down", HttpStatus.SERVICE_UNAVAILABLE, "The server is stopping"),
    STORE_UNAVAILABLE("store-unavailable", HttpStatus.SERVICE_UNAVAILABLE, "The store does not answer"),
    UNSUPPORTED_CONTENT_CODING("unsupported-content-coding", HttpStatus.UNSUPPORTED_MEDIA_TYPE,
            "The body's content coding is not supported"),
    EXPECTATION_FAILED("expectation-failed", HttpStatus.EXPECTATION_FAILED, "The expectation cannot be met"),
    MISDIRECTED_REQUEST("misdirected-request", HttpStatus.MISDIRECTED_REQUEST, "The request is for another server"),
    NOT_IMPLEMENTED("not-implemented", HttpStatus.NOT_IMPLEMENTED, "The request needs what this server lacks"),
    VERSION_NOT_SUPPORTED("version-not-supported", HttpStatus.HTTP_VERSION_NOT_SUPPORTED,
            "This version of HTTP is not spoken here");

    private static final String URN_PREFIX = "urn:tallygate:problem:";

    private final String urn;
    private final HttpStatus status;
    private final String title;

    ProblemType(String slug, HttpStatus status, String title) {
        this.urn = URN_PREFIX + slug;
        this.status = status;
        this.title = title;
    }

    String urn() {
        return urn;
    }

    HttpStatus status() {
        return status;
    }

    String title() {
        return title;
    }

    /** The general type for a status that the framework answered with. */
    static ProblemType ofStatus(int status) {
        return switch (status) {
            case 401 -> UNAUTHENTICATED;
            case 403 -> FORBIDDEN;
            case 404 -> NOT_FOUND;
            case 405 -> METHOD_NOT_ALLOWED;
            case 406 -> NOT_ACCEPTABLE;
            case 408 -> REQUEST_TIMEOUT;
            case 413 -> CONTENT_TOO_LARGE;
            case 414 -> URI_TOO_LONG;
            case 415 -> UNSUPPORTED_MEDIA_TYPE;
            case 431 -> HEADERS_TOO_LARGE;
            default -> status < 500 ? BAD_REQUEST : INTERNAL_ERROR;
        };
    }
}
