package io.tallygate.storage.redis;

import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Requires;
import io.micronaut.context.exceptions.ConfigurationException;
import io.micronaut.core.value.PropertyResolver;
import io.tallygate.cache.SharedLevel;
import io.tallygate.kernel.Dependency;
import jakarta.inject.Singleton;

/**
 * Wires caches to Redis where the settings say so, in servers that have caches: a function is frozen, and hears
 * nothing.
 */
@Factory
@Requires(classes = SharedLevel.class, notEnv = "function")
@Requires(condition = CachesInRedis.class)
final class RedisCacheFactory {

    @Singleton
    @Bean(typed = {SharedLevel.Levels.class, Dependency.class}, preDestroy = "close")
    RedisSharedLevels sharedLevels(PropertyResolver properties) {
        try {
            return new RedisSharedLevels(
                    RedisSettings.of(name -> properties.getProperty(name, String.class)), System::nanoTime);
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException(String.valueOf(e.getMessage()), e);
        }
    }
}
