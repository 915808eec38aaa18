package io.tallygate.storage.redis;

import io.micronaut.context.ApplicationContextBuilder;
import io.micronaut.context.ApplicationContextConfigurer;
import io.micronaut.context.annotation.ContextConfigurer;
import io.micronaut.context.env.PropertySource;
import java.util.Map;

/**
 * Switches off Micronaut's own Redis client, which any {@code redis.*} property would otherwise switch on, and with it a
 * second connection and a health indicator that fails: Kubernetes sets {@code REDIS_SERVICE_HOST} in every container
 * beside a service called redis.
 */
@ContextConfigurer
public final class OwnConnectionOnly implements ApplicationContextConfigurer {

    @Override
    public void configure(ApplicationContextBuilder builder) {
        builder.propertySources(PropertySource.of("tallygate-storage-redis",
                Map.<String, Object>of("redis.enabled", false, "redis.health.enabled", false)));
    }
}
