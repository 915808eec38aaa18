package io.tallygate.http;

import io.micronaut.http.HttpMethod;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.server.exceptions.response.ErrorContext;
import io.micronaut.http.server.exceptions.response.ErrorResponseProcessor;
import io.micronaut.web.router.exceptions.UnsatisfiedRouteException;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/** Turns every error that the framework answers by itself, such as an unknown path, into a problem. */
@Singleton
final class ProblemErrorResponses implements ErrorResponseProcessor<byte[]> {

    private static final int PATH_CHARACTERS_SHOWN = 100;

    private final @Nullable UnreadRequests unread;

    /** @param unread null where the server hands over only requests that it could read */
    ProblemErrorResponses(@Nullable UnreadRequests unread) {
        this.unread = unread;
    }

    @Override
    @SuppressWarnings("unchecked")
    public MutableHttpResponse<byte[]> processResponse(ErrorContext context, MutableHttpResponse<?> base) {
        HttpRequest<?> request = context.getRequest();
        if (request.getMethod() == HttpMethod.HEAD) {
            return (MutableHttpResponse<byte[]>) base;
        }
        Problem problem = problem(context, base.code());
        return problem.answer(base.status(problem.type().status()));
    }

    private Problem problem(ErrorContext context, int status) {
        if (context.getRootCause().orElse(null) instanceof UnsatisfiedRouteException) {
            // The body is the one argument that a route here can lack.
            return JsonBody.missing();
        }
        HttpRequest<?> request = context.getRequest();
        Problem refusal = unread == null ? null : unread.refusalOf(request);
        if (refusal != null) {
            return refusal;
        }
        ProblemType type = type(request, status);
        return Problem.of(type, detail(type, request));
    }

    /** The framework calls everything that is too long a body that is too large. */
    private ProblemType type(HttpRequest<?> request, int status) {
        ProblemType tooLong = unread == null ? null : unread.problemOf(request);
        return tooLong == null ? ProblemType.ofStatus(status) : tooLong;
    }

    private static String detail(ProblemType type, HttpRequest<?> request) {
        return switch (type) {
            case NOT_FOUND -> "no resource is at " + shortened(request.getPath());
            case METHOD_NOT_ALLOWED -> "the method " + shortened(request.getMethodName()) + " is not allowed here";
            case NOT_ACCEPTABLE -> "the Accept header excludes what this path answers with";
            case CONTENT_TOO_LARGE -> Problem.tooLarge().detail();
            case UNSUPPORTED_MEDIA_TYPE -> "the Content-Type must be application/json";
            case BAD_REQUEST -> "the request line, a header or the body could not be read";
            case INTERNAL_ERROR -> "the server could not answer; its log says why";
            default -> type.title();
        };
    }

    private static String shortened(String text) {
        return text.length() <= PATH_CHARACTERS_SHOWN ? text : text.substring(0, PATH_CHARACTERS_SHOWN) + "…";
    }
}
