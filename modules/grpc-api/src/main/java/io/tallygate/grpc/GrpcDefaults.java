package io.tallygate.grpc;

import io.micronaut.context.ApplicationContextBuilder;
import io.micronaut.context.ApplicationContextConfigurer;
import io.micronaut.context.annotation.ContextConfigurer;
import io.micronaut.context.env.PropertySource;
import io.tallygate.kernel.CommonSettings;
import io.tallygate.kernel.Setting;
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
                GrpcSettingGroup.HOST.name(), placeholder(CommonSettings.HOST),
                "grpc.server.host", "${" + GrpcSettingGroup.HOST + "}",
                "grpc.server.port", placeholder(GrpcSettingGroup.PORT),
                "grpc.server.await-termination", placeholder(CommonSettings.SHUTDOWN_TIMEOUT),
                // CallCounts counts for less than a timer around every call costs.
                "micronaut.metrics.binders.grpc.enabled", "false"), LOWEST_PRECEDENCE));
    }

    private static String placeholder(Setting<?> setting) {
        return "${" + setting + ":" + setting.defaultValue().orElseThrow() + "}";
    }
}
