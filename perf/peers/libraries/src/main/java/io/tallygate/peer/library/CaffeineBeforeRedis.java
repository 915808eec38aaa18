package io.tallygate.peer.library;

import com.github.benmanes.caffeine.cache.AsyncLoadingCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.lettuce.core.RedisClient;
import io.lettuce.core.SetArgs;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

final class CaffeineBeforeRedis implements CachePeer {

    private final RedisClient client = RedisClient.create(CacheSetup.redisUri());
    private final RedisAsyncCommands<String, String> redis = client.connect().async();
    private final CacheSetup setup;
    private final AsyncLoadingCache<String, String> cache;

    CaffeineBeforeRedis(CacheSetup setup) {
        this.setup = setup;
        this.cache = Caffeine.newBuilder().maximumSize(setup.entries()).expireAfterWrite(CacheSetup.LIFE)
                .buildAsync((key, _) -> bring(key));
    }

    private CompletableFuture<String> bring(String key) {
        return redis.get("hand:" + key).toCompletableFuture()
                .thenApply(found -> found == null ? loaded(key) : found);
    }

    private String loaded(String key) {
        String value = setup.loader().apply(key);
        var _ = redis.set("hand:" + key, value, SetArgs.Builder.px(CacheSetup.LIFE));
        return value;
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // It is what the library hands back.
    public @Nullable Object ask(String key) {
        return cache.getIfPresent(key);
    }

    @Override
    public String await(String key) {
        return cache.get(key).join();
    }

    @Override
    public void close() {
        client.shutdown();
    }
}
