package io.tallygate.peer.library;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

final class CaffeineAsyncCache implements CachePeer {

    private final AsyncCache<String, String> cache;
    private final CacheSetup setup;

    CaffeineAsyncCache(CacheSetup setup) {
        this.setup = setup;
        this.cache = Caffeine.newBuilder().maximumSize(setup.entries()).expireAfterWrite(CacheSetup.LIFE).buildAsync();
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // It is what the library hands back.
    public @Nullable Object ask(String key) {
        return cache.getIfPresent(key);
    }

    @Override
    public String await(String key) {
        return cache.get(key, (missing, _) -> CompletableFuture.completedFuture(setup.loader().apply(missing))).join();
    }

    @Override
    public void close() {
        cache.synchronous().invalidateAll();
    }
}
