package io.tallygate.http;

import io.micronaut.context.annotation.Requires;
import io.micronaut.core.order.Ordered;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Filter;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ServerFilter;
import io.micronaut.web.router.RouteAttributes;
import io.tallygate.access.Scope;
import io.tallygate.access.Token;
import io.tallygate.access.Tokens;
import io.tallygate.kernel.GeneralProblem;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Lets a request pass when its bearer token has the scope that its route needs; a route that names none is open to all.
 * Exists only when tokens are configured. Matches every path, because matching some would cost more than it saves.
 */
@ServerFilter(Filter.MATCH_ALL_PATTERN)
@Requires(beans = Token.class)
final class TokenFilter implements Ordered {

    private final Tokens tokens;

    TokenFilter(Tokens tokens) {
        this.tokens = tokens;
    }

    /** Where others come before it and behind it, by smaller and by larger numbers. */
    @Override
    public int getOrder() {
        return 0;
    }

    /** Null lets the request pass. */
    @RequestFilter
    @Nullable
    HttpResponse<byte[]> check(HttpRequest<?> request) {
        Optional<Scope> scope = RouteAttributes.getRouteInfo(request)
                .flatMap(route -> route.getAnnotationMetadata().enumValue(RequiresScope.class, Scope.class));
        if (scope.isEmpty()) {
            return null;
        }
        Token token = tokens.presented(request.getHeaders().get(HttpHeaders.AUTHORIZATION));
        if (token == null) {
            return Problem.of(GeneralProblem.UNAUTHENTICATED,
                    "the header Authorization: Bearer <token> must hold a valid token")
                    .response()
                    .header(HttpHeaders.WWW_AUTHENTICATE, "Bearer realm=\"tallygate\"");
        }
        if (!token.allows(scope.get())) {
            String name = scope.get().name().toLowerCase(Locale.ROOT);
            return Problem.of(GeneralProblem.FORBIDDEN, "the token " + token.name() + " lacks the scope " + name)
                    .response()
                    .header(HttpHeaders.WWW_AUTHENTICATE,
                            "Bearer realm=\"tallygate\", error=\"insufficient_scope\", scope=\"" + name + '"');
        }
        Caller.remember(request, token);
        return null;
    }
}
