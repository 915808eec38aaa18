package io.tallygate.http;

import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpMethod;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.server.exceptions.response.ErrorContext;
import io.micronaut.http.server.exceptions.response.ErrorResponseProcessor;
import io.micronaut.web.router.exceptions.UnsatisfiedRouteException;
import io.tallygate.kernel.GeneralProblem;
import io.tallygate.kernel.ProblemKind;
import jakarta.inject.Singleton;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Turns every error that the framework answers by itself, such as an unknown path, into a problem. */
@Singleton
final class ProblemErrorResponses implements ErrorResponseProcessor<byte[]> {

    private static final int PATH_CHARACTERS_SHOWN = 100;

    private final @Nullable UnreadRequests unread;
    private final @Nullable PathAdvice advice;

    /**
     * @param unread null where the server hands over only requests that it could read
     * @param advice null where every path arrives as it was sent
     */
    ProblemErrorResponses(@Nullable UnreadRequests unread, @Nullable PathAdvice advice) {
        this.unread = unread;
        this.advice = advice;
    }

    @Override
    @SuppressWarnings("unchecked")
    public MutableHttpResponse<byte[]> processResponse(ErrorContext context, MutableHttpResponse<?> base) {
        HttpRequest<?> request = context.getRequest();
        if (request.getMethod() == HttpMethod.HEAD) {
            return (MutableHttpResponse<byte[]>) base;
        }
        Problem problem = problem(context, base);
        return problem.answer(base.status(problem.status()));
    }

    private Problem problem(ErrorContext context, MutableHttpResponse<?> base) {
        if (context.getRootCause().orElse(null) instanceof UnsatisfiedRouteException) {
            // The body is the one argument that a route here can lack.
            return JsonBody.missing();
        }
        HttpRequest<?> request = context.getRequest();
        Problem refusal = unread == null ? null : unread.refusalOf(request);
        if (refusal != null) {
            return refusal;
        }
        ProblemKind kind = kind(request, base.code());
        return Problem.of(kind, detail(kind, request, base.getHeaders().getAll(HttpHeaders.ALLOW)));
    }

    /** The framework calls everything that is too long a body that is too large. */
    private ProblemKind kind(HttpRequest<?> request, int status) {
        ProblemKind tooLong = unread == null ? null : unread.problemOf(request);
        return tooLong == null ? HttpProblem.ofStatus(status) : tooLong;
    }

    /** @param allowed the methods that the path takes, when it does not take the request's */
    private String detail(ProblemKind kind, HttpRequest<?> request, List<String> allowed) {
        return switch (kind) {
            case GeneralProblem.NOT_FOUND -> "no resource is at " + shortened(request.getPath()) + advice(request);
            case HttpProblem.METHOD_NOT_ALLOWED -> "the method " + shortened(request.getMethodName())
                    + " is not allowed here; use " + alternatives(allowed);
            case HttpProblem.CONTENT_TOO_LARGE -> Problem.tooLarge().detail();
            case HttpProblem.UNSUPPORTED_MEDIA_TYPE -> "the Content-Type must be application/json;"
                    + " with curl add -H 'content-type: application/json'";
            case GeneralProblem.BAD_REQUEST ->
                "the request line, a header or the body could not be read; in a path or a query, write"
                        + " a space as %20, a % as %25, and percent-encode control characters";
            case GeneralProblem.INTERNAL_ERROR -> "the server could not answer; its log says why";
            default -> kind.title();
        };
    }

    private String advice(HttpRequest<?> request) {
        return advice == null ? "" : advice.whereNothingIs(request).map(text -> "; " + text).orElse("");
    }

    private static String alternatives(List<String> allowed) {
        return allowed.stream().flatMap(methods -> Arrays.stream(methods.split(","))).map(String::strip)
                .filter(method -> !method.equals("HEAD")).sorted().collect(Collectors.joining(" or "));
    }

    private static String shortened(String text) {
        return text.length() <= PATH_CHARACTERS_SHOWN ? text : text.substring(0, PATH_CHARACTERS_SHOWN) + "…";
    }
}
