package io.tallygate.cache;

import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Requires;
import io.micronaut.core.value.PropertyResolver;
import io.tallygate.kernel.MetricSource;
import io.tallygate.kernel.Preparation;
import io.tallygate.kernel.SettingValues;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** Wires caches to what processes share, if anything brings it. */
@Factory
final class CacheFactory {

    @Singleton
    @Bean(preDestroy = "close")
    MultiLevelCaches multiLevelCaches(SharedLevel.@Nullable Levels levels, PropertyResolver properties) {
        SettingValues settings = name -> properties.getProperty(name, String.class);
        return new MultiLevelCaches(settings, levels, InstantSource.system(), System::nanoTime,
                WarmFile.readAll(properties.getPropertyEntries(CacheSettingGroup.PREFIX), settings));
    }

    /** A function cannot be kept from getting requests, nor does anything between them. */
    @Singleton
    @Requires(notEnv = "function")
    Preparation warmUps(MultiLevelCaches caches) {
        return caches.warmUps();
    }

    @Singleton
    MetricSource cacheMetrics(MultiLevelCaches caches) {
        return new CacheMetrics(caches);
    }
}
