package io.tallygate.http;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.server.exceptions.ExceptionHandler;
import jakarta.inject.Singleton;

/** Answers what no closer handler does. */
@Singleton
final class ProblemExceptionHandler implements ExceptionHandler<Throwable, HttpResponse<byte[]>> {

    @Override
    @SuppressWarnings("rawtypes")
    public HttpResponse<byte[]> handle(HttpRequest request, Throwable failure) {
        return answer(request, failure);
    }

    static HttpResponse<byte[]> answer(HttpRequest<?> request, Throwable failure) {
        return Failures.problem(() -> Origin.operation(request), failure).response();
    }
}
