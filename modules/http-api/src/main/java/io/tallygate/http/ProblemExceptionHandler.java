package io.tallygate.http;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.server.exceptions.ExceptionHandler;
import io.tallygate.kernel.Asked;
import io.tallygate.kernel.DomainProblemException;
import io.tallygate.kernel.GeneralProblem;
import io.tallygate.kernel.StageFailures;
import jakarta.inject.Singleton;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers what no closer handler does. */
@Singleton
final class ProblemExceptionHandler implements ExceptionHandler<Throwable, HttpResponse<byte[]>> {

    private static final Logger LOG = LoggerFactory.getLogger(ProblemExceptionHandler.class);

    @Override
    @SuppressWarnings({"rawtypes", "unchecked"})
    public HttpResponse<byte[]> handle(HttpRequest request, Throwable failure) {
        return answer(request, asked(request), failure);
    }

    private static Asked asked(HttpRequest<?> request) {
        return switch (request.getMethod()) {
            case GET, HEAD -> Asked.READ;
            case DELETE -> Asked.DELETE;
            default -> Asked.ADD;
        };
    }

    static HttpResponse<byte[]> answer(HttpRequest<?> request, Asked asked, Throwable failure) {
        Problem problem = new HttpOrigin(request).problem(asked, failure);
        if (problem.kind() != GeneralProblem.INTERNAL_ERROR && problem.status().getCode() >= 500) {
            logNamed(request, problem);
        }
        return Answers.replayed(
                StageFailures.cause(failure) instanceof DomainProblemException known && known.replayed(),
                problem.response());
    }

    /** Being unavailable is counted, not logged; but who gave the request a name will look for it. */
    private static void logNamed(HttpRequest<?> request, Problem problem) {
        String named = RequestIds.named(request);
        if (!named.isEmpty()) {
            LOG.warn("{} was answered {}{}", new HttpOrigin(request).operation(), problem.kind(), named);
        }
    }
}
