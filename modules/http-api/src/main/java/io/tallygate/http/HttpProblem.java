package io.tallygate.http;

import io.micronaut.http.HttpStatus;
import io.tallygate.kernel.GeneralProblem;
import io.tallygate.kernel.ProblemCategory;
import io.tallygate.kernel.ProblemKind;

/** The kinds of error that only HTTP has, each with a status of its own. */
enum HttpProblem implements ProblemKind {
    MALFORMED_JSON("malformed-json", HttpStatus.BAD_REQUEST, "The body is not well-formed JSON"),
    METHOD_NOT_ALLOWED("method-not-allowed", HttpStatus.METHOD_NOT_ALLOWED, "The path does not take this method"),
    NOT_ACCEPTABLE("not-acceptable", HttpStatus.NOT_ACCEPTABLE, "The answer has no such representation"),
    REQUEST_TIMEOUT("request-timeout", HttpStatus.REQUEST_TIMEOUT, "The request did not arrive in time"),
    CONTENT_TOO_LARGE("content-too-large", HttpStatus.REQUEST_ENTITY_TOO_LARGE, "The body is too large"),
    URI_TOO_LONG("uri-too-long", HttpStatus.REQUEST_URI_TOO_LONG, "The path or query is too long"),
    UNSUPPORTED_MEDIA_TYPE("unsupported-media-type", HttpStatus.UNSUPPORTED_MEDIA_TYPE, "The body is not JSON"),
    HEADERS_TOO_LARGE("headers-too-large", HttpStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "The headers are too large"),
    UNSUPPORTED_CONTENT_CODING("unsupported-content-coding", HttpStatus.UNSUPPORTED_MEDIA_TYPE,
            "The body's content coding is not supported"),
    EXPECTATION_FAILED("expectation-failed", HttpStatus.EXPECTATION_FAILED, "The expectation cannot be met"),
    MISDIRECTED_REQUEST("misdirected-request", HttpStatus.MISDIRECTED_REQUEST, "The request is for another server"),
    NOT_IMPLEMENTED("not-implemented", HttpStatus.NOT_IMPLEMENTED, "The request needs what this server lacks"),
    VERSION_NOT_SUPPORTED("version-not-supported", HttpStatus.HTTP_VERSION_NOT_SUPPORTED,
            "This version of HTTP is not spoken here");

    private final Definition definition;
    private final HttpStatus status;

    HttpProblem(String slug, HttpStatus status, String title) {
        this.definition = new Definition(slug,
                status.getCode() < 500 ? ProblemCategory.INVALID : ProblemCategory.NOT_SUPPORTED, title);
        this.status = status;
    }

    /** The general kind for a status that the framework answered with. */
    static ProblemKind ofStatus(int status) {
        return switch (status) {
            case 401 -> GeneralProblem.UNAUTHENTICATED;
            case 403 -> GeneralProblem.FORBIDDEN;
            case 404 -> GeneralProblem.NOT_FOUND;
            case 405 -> METHOD_NOT_ALLOWED;
            case 406 -> NOT_ACCEPTABLE;
            case 408 -> REQUEST_TIMEOUT;
            case 413 -> CONTENT_TOO_LARGE;
            case 414 -> URI_TOO_LONG;
            case 415 -> UNSUPPORTED_MEDIA_TYPE;
            case 431 -> HEADERS_TOO_LARGE;
            default -> status < 500 ? GeneralProblem.BAD_REQUEST : GeneralProblem.INTERNAL_ERROR;
        };
    }

    /** The status that HTTP has for this kind alone. */
    HttpStatus status() {
        return status;
    }

    @Override
    public Definition definition() {
        return definition;
    }
}
