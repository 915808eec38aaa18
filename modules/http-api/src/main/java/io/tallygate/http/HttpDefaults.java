package io.tallygate.http;

import io.micronaut.context.ApplicationContextBuilder;
import io.micronaut.context.ApplicationContextConfigurer;
import io.micronaut.context.annotation.ContextConfigurer;
import io.micronaut.context.env.PropertySource;
import io.tallygate.kernel.CommonSettings;
import io.tallygate.kernel.Setting;
import java.util.Map;

/** The server's settings as this API needs them; everything else that sets one of them wins over these. */
@ContextConfigurer
public final class HttpDefaults implements ApplicationContextConfigurer {

    private static final int LOWEST_PRECEDENCE = Integer.MIN_VALUE;

    @Override
    public void configure(ApplicationContextBuilder builder) {
        builder.propertySources(PropertySource.of("tallygate-http-defaults", Map.ofEntries(
                Map.entry("micronaut.server.host", placeholder(CommonSettings.HOST)),
                Map.entry("micronaut.server.port", placeholder(HttpSettingGroup.PORT)),
                Map.entry("micronaut.netty.event-loops.default.num-threads", placeholder(HttpSettingGroup.EVENT_LOOPS)),
                Map.entry("micronaut.server.max-request-size", "1MB"),
                Map.entry("micronaut.server.max-request-buffer-size", "1MB"),
                // CrossOriginFilter and OriginGuard look at origins, and know all addresses of this machine.
                Map.entry("micronaut.server.cors.localhost-pass-through", "true"),
                // HttpDate does it for less.
                Map.entry("micronaut.server.date-header", "false"),
                // ConnectionLife does it for less, and for more cases.
                Map.entry("micronaut.server.idle-timeout", "PT-1S"),
                Map.entry("micronaut.server.multipart.enabled", "false"),
                Map.entry("micronaut.server.semicolon-is-normal-char", "true"),
                Map.entry("micronaut.server.not-found-on-missing-body", "false"),
                Map.entry("micronaut.server.netty.request-decompression-enabled", "false"),
                Map.entry("micronaut.lifecycle.graceful-shutdown.enabled", "true"),
                Map.entry("micronaut.lifecycle.graceful-shutdown.grace-period",
                        placeholder(CommonSettings.SHUTDOWN_TIMEOUT)),
                // Health and metrics have controllers here; the framework's endpoints bring filters for every request.
                Map.entry("endpoints.all.enabled", "false"),
                Map.entry("endpoints.health.enabled", "false"),
                Map.entry("micronaut.metrics.enabled", "true"),
                Map.entry("micronaut.metrics.export.prometheus.enabled", "true"),
                // A timer around every request costs more than the request's own work here.
                Map.entry("micronaut.metrics.binders.web.enabled", "false")), LOWEST_PRECEDENCE));
    }

    private static String placeholder(Setting<?> setting) {
        return "${" + setting + ":" + setting.defaultValue().orElseThrow() + "}";
    }
}
