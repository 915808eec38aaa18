package io.tallygate.http;

import io.micronaut.context.annotation.Requires;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Filter;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ServerFilter;
import io.micronaut.http.filter.ConditionalFilter;
import io.micronaut.http.server.netty.NettyHttpServer;
import io.tallygate.access.Loopback;
import io.tallygate.access.Token;
import io.tallygate.kernel.GeneralProblem;
import java.net.URI;
import java.net.URISyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * Keeps pages from elsewhere that run in a browser on this machine away from a server without tokens: they can send some
 * requests without asking first. Pages of this machine and of {@link CorsOrigins} may call. With tokens there is nothing
 * to guard, because no page knows one that was not given one.
 */
@ServerFilter(Filter.MATCH_ALL_PATTERN)
@Requires(missingBeans = Token.class, classes = NettyHttpServer.class)
final class OriginGuard implements ConditionalFilter {

    private final @Nullable CorsOrigins origins;

    OriginGuard(@Nullable CorsOrigins origins) {
        this.origins = origins;
    }

    /** Only browsers say where a page comes from: other requests do without this filter. */
    @Override
    public boolean isEnabled(HttpRequest<?> request) {
        return request.getHeaders().contains(HttpHeaders.ORIGIN);
    }

    /** Null lets the request pass. */
    @RequestFilter
    @Nullable
    HttpResponse<byte[]> check(HttpRequest<?> request) {
        String origin = request.getHeaders().get(HttpHeaders.ORIGIN);
        if (origin == null || isLocal(origin) || (origins != null && origins.allow(origin))) {
            return null;
        }
        return Problem.of(GeneralProblem.FORBIDDEN, "no tokens are configured, so only pages of this machine and of "
                + CorsOrigins.SETTING + " may call").response();
    }

    private static boolean isLocal(String origin) {
        try {
            String host = new URI(origin).getHost();
            return host != null && Loopback.isLocal(host);
        } catch (URISyntaxException e) {
            return false;
        }
    }
}
