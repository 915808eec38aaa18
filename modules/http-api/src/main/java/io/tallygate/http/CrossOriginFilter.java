package io.tallygate.http;

import io.micronaut.context.annotation.Requires;
import io.micronaut.core.order.Ordered;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpMethod;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MutableHttpHeaders;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.Filter;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ResponseFilter;
import io.micronaut.http.annotation.ServerFilter;
import io.micronaut.http.server.annotation.PreMatching;
import org.jspecify.annotations.Nullable;

/**
 * Lets pages of the origins that {@link CorsOrigins} names call the API, and read its answers and problems (CORS, in the
 * Fetch standard). Exists only when some are named. Credentials of the browser's own, such as cookies, are never allowed:
 * a token is a header that the page sets. In place of the framework's filter, which refuses a preflight request without
 * {@code Access-Control-Request-Headers} and comes after the check of tokens, whose answers would carry no headers.
 */
@ServerFilter(Filter.MATCH_ALL_PATTERN)
@Requires(beans = CorsOrigins.class)
final class CrossOriginFilter implements Ordered {

    private static final String METHODS = "GET, POST, PUT, DELETE";
    private static final String REQUEST_HEADERS = "authorization, content-encoding, content-type, idempotency-key,"
            + " if-match, tallygate-priority, x-request-id";
    private static final String ANSWER_HEADERS = "ETag, Idempotency-Replayed, RateLimit, RateLimit-Policy,"
            + " Retry-After, Tallygate-Degradation, X-Request-Id";
    /** The longest that Chromium keeps it. */
    private static final String MAX_AGE_SECONDS = "7200";

    private final CorsOrigins origins;

    CrossOriginFilter(CorsOrigins origins) {
        this.origins = origins;
    }

    /** Before every other filter, so that their answers are marked too. */
    @Override
    public int getOrder() {
        return HIGHEST_PRECEDENCE;
    }

    /** Answers a preflight request, which carries no token; null lets everything else pass. */
    @PreMatching
    @RequestFilter
    @Nullable
    HttpResponse<?> preflight(HttpRequest<?> request) {
        HttpHeaders headers = request.getHeaders();
        if (request.getMethod() != HttpMethod.OPTIONS || !headers.contains(HttpHeaders.ACCESS_CONTROL_REQUEST_METHOD)
                || !origins.allow(headers.get(HttpHeaders.ORIGIN))) {
            return null;
        }
        MutableHttpResponse<?> answer = HttpResponse.noContent()
                .header(HttpHeaders.ACCESS_CONTROL_ALLOW_METHODS, METHODS)
                .header(HttpHeaders.ACCESS_CONTROL_ALLOW_HEADERS, REQUEST_HEADERS)
                .header(HttpHeaders.ACCESS_CONTROL_MAX_AGE, MAX_AGE_SECONDS);
        mark(request, answer);
        return answer;
    }

    /** Says on every answer, problems included, who may read it. */
    @ResponseFilter
    void mark(HttpRequest<?> request, MutableHttpResponse<?> answer) {
        MutableHttpHeaders headers = answer.getHeaders();
        if (!origins.any()) {
            headers.set(HttpHeaders.VARY, HttpHeaders.ORIGIN);
        }
        String origin = request.getHeaders().get(HttpHeaders.ORIGIN);
        if (origin != null && origins.allow(origin)) {
            headers.set(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, origins.any() ? "*" : origin);
            headers.set(HttpHeaders.ACCESS_CONTROL_EXPOSE_HEADERS, ANSWER_HEADERS);
        }
    }
}
