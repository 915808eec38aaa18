package io.tallygate.storage.redis;

import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Requires;
import io.micronaut.context.exceptions.ConfigurationException;
import io.micronaut.core.value.PropertyResolver;
import io.tallygate.kernel.Dependency;
import io.tallygate.kernel.SettingValues;
import io.tallygate.ratelimit.CachedDenials;
import io.tallygate.ratelimit.RateLimitStore;
import io.tallygate.ratelimit.RateLimitStoreSettings;
import jakarta.inject.Singleton;
import java.time.InstantSource;

/** Wires rate limits to Redis where the settings say so, in programs that have rate limits. */
@Factory
@Requires(classes = RateLimitStore.class)
@Requires(condition = RateLimitsInRedis.class)
final class RedisRateLimitFactory {

    /** Whether it answers is for whoever wants to know; the store below closes it. */
    @Singleton
    @Bean(typed = {RedisRateLimitStore.class, Dependency.class})
    RedisRateLimitStore redis(PropertyResolver properties) {
        SettingValues values = name -> properties.getProperty(name, String.class);
        try {
            return RedisRateLimitStore.open(RedisSettings.of(values), System::nanoTime,
                    LimitTime.ofServer(InstantSource.system()), RateLimitStoreSettings.HEARTBEAT.in(values));
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException(String.valueOf(e.getMessage()), e);
        }
    }

    @Singleton
    @Bean(preDestroy = "close")
    RateLimitStore rateLimitStore(RedisRateLimitStore redis) {
        return new CachedDenials(redis, System::nanoTime);
    }
}
