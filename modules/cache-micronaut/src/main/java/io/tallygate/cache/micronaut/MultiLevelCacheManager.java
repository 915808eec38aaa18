package io.tallygate.cache.micronaut;

import io.micronaut.cache.CacheConfiguration;
import io.micronaut.cache.DynamicCacheManager;
import io.micronaut.cache.SyncCache;
import io.micronaut.cache.caffeine.DefaultDynamicCacheManager;
import io.micronaut.cache.caffeine.DefaultSyncCache;
import io.micronaut.context.ApplicationContext;
import io.micronaut.context.annotation.Replaces;
import io.micronaut.core.convert.ConversionService;
import io.micronaut.inject.qualifiers.Qualifiers;
import io.micronaut.runtime.ApplicationConfiguration;
import io.tallygate.cache.CachePolicy;
import io.tallygate.cache.CacheSpec;
import io.tallygate.cache.MultiLevelCache;
import io.tallygate.cache.MultiLevelCaches;
import io.tallygate.cache.ValueCodec;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Makes a cache of each name that an annotation has, when it is first asked for. Thread-safe. */
@Singleton
@Replaces(DefaultDynamicCacheManager.class)
final class MultiLevelCacheManager implements DynamicCacheManager<MultiLevelCache<Object>> {

    /** As long as what no message can reach lives anywhere. */
    private static final Duration ALONE_LIFE = Duration.ofSeconds(5);
    private static final CachePolicy POLICY = CachePolicy.DEFAULT.withNegativeLife(Duration.ZERO);

    private final ApplicationContext context;
    private final ApplicationConfiguration application;
    private final MultiLevelCaches caches;
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("cache-async-", 0).factory());
    private final Map<String, MultiLevelSyncCache> byName = new ConcurrentHashMap<>();

    MultiLevelCacheManager(ApplicationContext context, ApplicationConfiguration application, MultiLevelCaches caches) {
        this.context = context;
        this.application = application;
        this.caches = caches;
    }

    @Override
    public SyncCache<MultiLevelCache<Object>> getCache(String name) {
        return byName.computeIfAbsent(name, this::make);
    }

    private MultiLevelSyncCache make(String name) {
        CacheSpec<Object> spec = CacheSpec.named(name).with(POLICY);
        @SuppressWarnings("unchecked") // Its author says by the name which values it is for.
        ValueCodec<Object> codec = context.findBean(ValueCodec.class, Qualifiers.byName(name)).orElse(null);
        var alone = new CacheConfiguration(name, application);
        alone.setMaximumSize((long) POLICY.entries());
        alone.setExpireAfterWrite(ALONE_LIFE);
        return new MultiLevelSyncCache(caches.make(codec == null ? spec : spec.sharedAs(codec)),
                new DefaultSyncCache(alone, context, context.getBean(ConversionService.class)),
                context.getBean(ConversionService.class), threads);
    }

    @PreDestroy
    void close() {
        threads.shutdown();
    }
}
