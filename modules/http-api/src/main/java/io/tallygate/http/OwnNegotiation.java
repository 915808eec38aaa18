package io.tallygate.http;

import io.micronaut.context.ExecutionHandleLocator;
import io.micronaut.context.annotation.Replaces;
import io.micronaut.core.convert.ConversionService;
import io.micronaut.http.MediaType;
import io.micronaut.inject.BeanDefinition;
import io.micronaut.inject.ExecutableMethod;
import io.micronaut.web.router.AnnotatedMethodRouteBuilder;
import io.micronaut.web.router.UriRoute;
import jakarta.inject.Singleton;

/**
 * Lets the routes of this API match whatever a request accepts: what they call with it, {@link Representation}, decides.
 * The framework's own check knows neither ranges such as {@code application/*} nor {@code q=0}, and answers with the
 * media type as the request spelt it.
 */
@Singleton
@Replaces(AnnotatedMethodRouteBuilder.class)
@SuppressWarnings("overrides") // What is inherited declares arrays where its own interface has varargs.
final class OwnNegotiation extends AnnotatedMethodRouteBuilder {

    OwnNegotiation(
            ExecutionHandleLocator methods, UriNamingStrategy names, ConversionService conversion) {
        super(methods, names, conversion);
    }

    @Override
    public void process(BeanDefinition<?> controller, ExecutableMethod<?, ?> method) {
        int before = getUriRoutes().size();
        super.process(controller, method);
        if (controller.getBeanType().getPackageName().startsWith(OwnNegotiation.class.getPackageName())) {
            for (UriRoute route : getUriRoutes().subList(before, getUriRoutes().size())) {
                route.produces(MediaType.ALL_TYPE);
            }
        }
    }
}
