package io.tallygate.peer.library;

import io.micronaut.cache.CacheManager;
import io.micronaut.cache.SyncCache;
import io.micronaut.context.ApplicationContext;
import java.util.Map;
import org.jspecify.annotations.Nullable;

final class MicronautCache implements CachePeer {

    /** Here nothing of ours runs in the background, which would be in the class path's other beans. */
    private static final String ENVIRONMENT = "function";

    private final ApplicationContext context;
    private final SyncCache<?> cache;
    private final CacheSetup setup;

    MicronautCache(CacheSetup setup) {
        this.setup = setup;
        this.context = ApplicationContext.builder(ENVIRONMENT).deduceEnvironment(false)
                .properties(Map.of("micronaut.caches.measured.maximum-size", setup.entries(),
                        "micronaut.caches.measured.expire-after-write", CacheSetup.LIFE.toString()))
                .start();
        this.cache = context.getBean(CacheManager.class).getCache("measured");
    }

    @Override
    public @Nullable Object ask(String key) {
        return cache.get(key, String.class);
    }

    @Override
    public String await(String key) {
        return cache.get(key, String.class, () -> setup.loader().apply(key));
    }

    @Override
    public void close() {
        context.close();
    }
}
