package io.tallygate.grpc;

import io.micronaut.context.ApplicationContextBuilder;
import io.micronaut.context.ApplicationContextConfigurer;
import io.micronaut.context.annotation.ContextConfigurer;
import io.micronaut.context.env.PropertySource;
import java.util.Map;

/** The server's settings as this API needs them; everything else that sets one of them wins over these. */
@ContextConfigurer
public final class GrpcDefaults implements ApplicationContextConfigurer {

    private static final int LOWEST_PRECEDENCE = Integer.MIN_VALUE;

    /** For the framework. */
    public GrpcDefaults() {}

    @Override
    public void configure(ApplicationContextBuilder builder) {
        builder.propertySources(PropertySource.of("tallygate-grpc-defaults", Map.of(
                // A default of its own: placeholders do not nest.
                "tallygate.grpc.host", "${tallygate.host:127.0.0.1}",
                "grpc.server.host", "${tallygate.grpc.host}",
                "grpc.server.port", "${tallygate.grpc.port:9090}",
                "grpc.server.await-termination", "${tallygate.shutdown.timeout:30s}",
                // CallCounts counts for less than a timer around every call costs.
                "micronaut.metrics.binders.grpc.enabled", "false"), LOWEST_PRECEDENCE));
    }
}
