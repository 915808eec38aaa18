package io.tallygate.http;

import io.micronaut.http.HttpMethod;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.server.exceptions.response.ErrorContext;
import io.micronaut.http.server.exceptions.response.ErrorResponseProcessor;
import io.micronaut.http.server.netty.NettyHttpRequest;
import io.micronaut.web.router.exceptions.UnsatisfiedRouteException;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import jakarta.inject.Singleton;

/** Turns every error that the framework answers by itself, such as an unknown path, into a problem. */
@Singleton
final class ProblemErrorResponses implements ErrorResponseProcessor<byte[]> {

    private static final int PATH_CHARACTERS_SHOWN = 100;

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

    private static Problem problem(ErrorContext context, int status) {
        if (context.getRootCause().orElse(null) instanceof UnsatisfiedRouteException) {
            // The body is the one argument that a route here can lack.
            return JsonBody.missing();
        }
        HttpRequest<?> request = context.getRequest();
        ProblemType type = type(request, status);
        return Problem.of(type, detail(type, request));
    }

    /** The framework calls everything that is too long a body that is too large. */
    private static ProblemType type(HttpRequest<?> request, int status) {
        Throwable unread = request instanceof NettyHttpRequest<?> netty
                ? netty.getNativeRequest().decoderResult().cause()
                : null;
        return switch (unread) {
            case TooLongHttpLineException _ -> ProblemType.URI_TOO_LONG;
            case TooLongHttpHeaderException _ -> ProblemType.HEADERS_TOO_LARGE;
            case null, default -> ProblemType.ofStatus(status);
        };
    }

    private static String detail(ProblemType type, HttpRequest<?> request) {
        return switch (type) {
            case NOT_FOUND -> "no resource is at " + shortened(request.getPath());
            case METHOD_NOT_ALLOWED -> "the method " + shortened(request.getMethodName()) + " is not allowed here";
            case NOT_ACCEPTABLE -> "the Accept header excludes what this path answers with";
            case CONTENT_TOO_LARGE -> "a body must not be larger than 1 MiB";
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
