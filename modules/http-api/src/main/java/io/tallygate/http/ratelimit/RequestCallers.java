package io.tallygate.http.ratelimit;

import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.tallygate.access.Callers;
import java.net.InetSocketAddress;

/** Who sends requests. Thread-safe. */
final class RequestCallers {

    private final Callers callers;

    RequestCallers(Callers callers) {
        this.callers = callers;
    }

    Callers.Caller of(HttpRequest<?> request) {
        InetSocketAddress remote = request.getRemoteAddress();
        HttpHeaders headers = request.getHeaders();
        return callers.of(remote == null ? null : remote.getAddress(), headers.get(HttpHeaders.AUTHORIZATION),
                headers::getAll);
    }
}
