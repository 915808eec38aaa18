package io.tallygate.storage.redis;

import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Requires;
import io.micronaut.context.exceptions.ConfigurationException;
import io.micronaut.core.value.PropertyResolver;
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

    @Singleton
    @Bean(preDestroy = "close")
    RateLimitStore rateLimitStore(PropertyResolver properties) {
        SettingValues values = name -> properties.getProperty(name, String.class);
        try {
            return new CachedDenials(RedisRateLimitStore.open(RedisSettings.of(values), System::nanoTime,
                    LimitTime.ofServer(InstantSource.system()), RateLimitStoreSettings.HEARTBEAT.in(values)),
                    System::nanoTime);
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException(String.valueOf(e.getMessage()), e);
        }
    }
}
