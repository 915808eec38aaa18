package io.tallygate.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.context.ApplicationContext;
import io.micronaut.http.HttpMethod;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpRequest;
import io.micronaut.web.router.DefaultRouter;
import io.micronaut.web.router.RouteBuilder;
import io.micronaut.web.router.Router;
import io.micronaut.web.router.UriRouteMatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The framework's own router, of the same routes, is what ours is compared with. */
final class FixedRoutesTest {

    private static final List<String> TYPES = List.of("", MediaType.APPLICATION_JSON, "application/yaml",
            MediaType.APPLICATION_FORM_URLENCODED, "application/json; charset=utf-8");
    private static final List<String> ACCEPTED = List.of("", "*/*", MediaType.TEXT_PLAIN, MediaType.APPLICATION_JSON,
            "text/html, application/json;q=0.5");

    @Test
    void findClosest_anyRequest_choosesAsTheFrameworkDoes() {
        try (var server = new TestServer(Map.of())) {
            ApplicationContext context = server.server.getApplicationContext();
            Router ours = context.getBean(Router.class);
            var theirs = new DefaultRouter(context.getBeansOfType(RouteBuilder.class));
            int found = 0;
            for (MutableHttpRequest<?> request : requests(theirs)) {
                String expected = named(theirs.findClosest(request));
                assertThat(named(ours.findClosest(request)))
                        .as("%s of %s for %s", request, request.getContentType(), request.accept()).isEqualTo(expected);
                found += expected.isEmpty() ? 0 : 1;
            }
            assertThat(ours).isInstanceOf(FixedRoutes.class);
            assertThat(found).isGreaterThan(500);
        }
    }

    /** Every path of every route, and what is close to it, by every method, with all kinds of bodies and wishes. */
    private static List<MutableHttpRequest<?>> requests(Router router) {
        List<String> paths = router.uriRoutes().map(route -> route.getUriMatchTemplate().toString()).distinct()
                .toList();
        List<MutableHttpRequest<?>> requests = new ArrayList<>();
        for (String template : paths) {
            String path = template.equals("/") ? "" : template.replaceAll("\\{[^}]*}", "x");
            for (String near : List.of(path, path + '/', path + "/y", path.toUpperCase(Locale.ROOT))) {
                for (HttpMethod method : List.of(HttpMethod.GET, HttpMethod.POST, HttpMethod.PUT, HttpMethod.DELETE)) {
                    for (String type : TYPES) {
                        for (String accepted : ACCEPTED) {
                            MutableHttpRequest<?> request = HttpRequest.create(method, near);
                            requests.add(accepted.isEmpty() ? request : request.header("Accept", accepted));
                            if (!type.isEmpty()) {
                                request.header("Content-Type", type);
                            }
                        }
                    }
                }
            }
        }
        return requests;
    }

    private static String named(@Nullable UriRouteMatch<?, ?> match) {
        return match == null
                ? ""
                : match.getRouteInfo() + " with " + match.getVariableValues() + " by " + match.getTargetMethod();
    }
}
