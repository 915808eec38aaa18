package io.tallygate.http;

import io.micronaut.context.annotation.Replaces;
import io.micronaut.core.annotation.NonNull;
import io.micronaut.http.HttpMethod;
import io.micronaut.http.HttpRequest;
import io.micronaut.web.router.DefaultRouter;
import io.micronaut.web.router.RouteBuilder;
import io.micronaut.web.router.UriRouteInfo;
import io.micronaut.web.router.UriRouteMatch;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds the route of a path without variables by that path. The framework's router, which finds all others, tries each route of
 * the method in turn, so that every domain would cost the requests of all others. Thread-safe.
 */
@Singleton
@Replaces(DefaultRouter.class)
final class FixedRoutes extends DefaultRouter {

    /** By path: those that are the only ones of their method for it. */
    private final Map<HttpMethod, Map<String, UriRouteInfo<?, ?>>> fixed = new EnumMap<>(HttpMethod.class);
    private volatile Set<Integer> defaultPorts = Set.of();

    FixedRoutes(Collection<RouteBuilder> builders) {
        super(builders);
        Map<HttpMethod, List<UriRouteInfo<?, ?>>> routes = new EnumMap<>(HttpMethod.class);
        uriRoutes().distinct()
                .forEach(route -> routes.computeIfAbsent(route.getHttpMethod(), _ -> new ArrayList<>()).add(route));
        routes.forEach((method, all) -> fixed.put(method, fixed(all)));
    }

    private static Map<String, UriRouteInfo<?, ?>> fixed(List<UriRouteInfo<?, ?>> routes) {
        Map<String, UriRouteInfo<?, ?>> fixed = new HashMap<>();
        for (UriRouteInfo<?, ?> route : routes) {
            String path = route.getUriMatchTemplate().toString();
            boolean isOnly = routes.stream().filter(other -> other.tryMatch(path) != null).count() == 1;
            if (isOnly && route.getUriMatchTemplate().getVariables().isEmpty()) {
                fixed.put(path, route);
            }
        }
        return Map.copyOf(fixed);
    }

    @Override
    public void applyDefaultPorts(@NonNull List<Integer> ports) {
        super.applyDefaultPorts(ports);
        defaultPorts = Set.copyOf(ports);
    }

    @Override
    public <T, R> @Nullable UriRouteMatch<T, R> findClosest(@NonNull HttpRequest<?> request) {
        Map<String, UriRouteInfo<?, ?>> ofMethod = fixed.get(request.getMethod());
        @SuppressWarnings("unchecked")
        var route = ofMethod == null ? null : (UriRouteInfo<T, R>) ofMethod.get(request.getPath());
        return route != null && isFor(route, request) ? route.tryMatch(request.getPath()) : super.findClosest(request);
    }

    /** Whether the framework would choose it, if its path is that of the request. */
    private boolean isFor(UriRouteInfo<?, ?> route, HttpRequest<?> request) {
        return isServedHere(route, request)
                && (!request.getMethod().permitsRequestBody() || (route.isPermitsRequestBody()
                        && (route.consumesAll() || route.doesConsume(request.getContentType().orElse(null)))))
                && (route.producesAll() || route.doesProduce(request.accept())) && route.matching(request);
    }

    private boolean isServedHere(UriRouteInfo<?, ?> route, HttpRequest<?> request) {
        return defaultPorts.isEmpty() || route.getPort() != null
                || defaultPorts.contains(request.getServerAddress().getPort());
    }
}
