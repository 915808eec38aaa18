package io.tallygate.cache;

import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Factory;
import io.micronaut.core.value.PropertyResolver;
import io.tallygate.kernel.MetricSource;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** Wires caches to what processes share, if anything brings it. */
@Factory
final class CacheFactory {

    @Singleton
    @Bean(preDestroy = "close")
    MultiLevelCaches multiLevelCaches(SharedLevel.@Nullable Levels levels, PropertyResolver properties) {
        return new MultiLevelCaches(name -> properties.getProperty(name, String.class), levels,
                InstantSource.system(), System::nanoTime);
    }

    @Singleton
    MetricSource cacheMetrics(MultiLevelCaches caches) {
        return new CacheMetrics(caches);
    }
}
