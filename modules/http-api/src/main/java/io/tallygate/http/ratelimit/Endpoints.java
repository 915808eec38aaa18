package io.tallygate.http.ratelimit;

import io.micronaut.http.HttpRequest;
import io.micronaut.web.router.RouteAttributes;
import io.micronaut.web.router.RouteInfo;
import io.micronaut.web.router.UriRouteInfo;
import io.tallygate.http.BatchPath;
import io.tallygate.http.NeverLimited;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What requests call, as rules name it. Thread-safe. */
final class Endpoints {

    /** What a path's variable must match, which is not a part of its name. */
    private static final Pattern VARIABLE_RULE = Pattern.compile(":[^}]*}");
    private static final Endpoint NONE = new Endpoint(null, true, null);

    /** By route, of which there are as many as controllers have methods. */
    private final Map<RouteInfo<?>, Endpoint> known = new ConcurrentHashMap<>();
    private final Map<String, String> batches = new HashMap<>();

    /**
     * What is called.
     *
     * @param name    method and path, with names in place of identifiers; null when there is nothing at the path
     * @param limited whether rules are for it at all
     * @param list    the member of the body that holds its operations; null when it is one
     */
    record Endpoint(@Nullable String name, boolean limited, @Nullable String list) {}

    Endpoints(List<BatchPath> paths) {
        paths.forEach(path -> batches.put("POST " + path.path(), path.list()));
    }

    Endpoint of(HttpRequest<?> request) {
        RouteInfo<?> route = RouteAttributes.getRouteInfo(request).orElse(null);
        return route == null ? NONE : known.computeIfAbsent(route, this::endpoint);
    }

    private Endpoint endpoint(RouteInfo<?> route) {
        if (!(route instanceof UriRouteInfo<?, ?> path)) {
            return NONE;
        }
        String template = VARIABLE_RULE.matcher(path.getUriMatchTemplate().toString()).replaceAll("}");
        // Whoever asks for the head of an answer has it made whole.
        String method = path.getHttpMethodName().equals("HEAD") ? "GET" : path.getHttpMethodName();
        String name = method + ' ' + template;
        return new Endpoint(name, !path.getAnnotationMetadata().hasAnnotation(NeverLimited.class), batches.get(name));
    }
}
