package io.tallygate.http;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.server.exceptions.ExceptionHandler;
import jakarta.inject.Singleton;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers what no closer handler does. Failures that are not the caller's are logged here, and only here. */
@Singleton
final class ProblemExceptionHandler implements ExceptionHandler<Throwable, HttpResponse<byte[]>> {

    private static final Logger LOG = LoggerFactory.getLogger(ProblemExceptionHandler.class);

    @Override
    @SuppressWarnings("rawtypes")
    public HttpResponse<byte[]> handle(HttpRequest request, Throwable failure) {
        return answer(request, failure);
    }

    static HttpResponse<byte[]> answer(HttpRequest<?> request, Throwable failure) {
        return problem(request, failure).response();
    }

    private static Problem problem(HttpRequest<?> request, Throwable failure) {
        Problem problem = Problem.from(failure);
        if (problem.type() == ProblemType.INTERNAL_ERROR) {
            log(Origin.operation(request), failure);
        }
        return problem;
    }

    static Problem problem(Origin origin, Throwable failure) {
        Problem problem = Problem.from(failure);
        if (problem.type() == ProblemType.INTERNAL_ERROR) {
            log(origin.operation(), failure);
        }
        return problem;
    }

    private static void log(String operation, Throwable failure) {
        if (failure instanceof IOException) {
            LOG.debug("{}: connection lost", operation, failure);
        } else {
            LOG.error("{} failed", operation, failure);
        }
    }
}
