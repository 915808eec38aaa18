package io.tallygate.peer.library;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import org.jspecify.annotations.Nullable;

final class CaffeineCache implements CachePeer {

    private final Cache<String, String> cache;
    private final CacheSetup setup;

    CaffeineCache(CacheSetup setup, boolean counts) {
        this.setup = setup;
        Caffeine<Object, Object> builder = Caffeine.newBuilder().maximumSize(setup.entries())
                .expireAfterWrite(CacheSetup.LIFE);
        this.cache = (counts ? builder.recordStats() : builder).build();
    }

    @Override
    public @Nullable Object ask(String key) {
        return cache.getIfPresent(key);
    }

    @Override
    public String await(String key) {
        return cache.get(key, setup.loader());
    }

    @Override
    public void close() {
        cache.invalidateAll();
    }
}
