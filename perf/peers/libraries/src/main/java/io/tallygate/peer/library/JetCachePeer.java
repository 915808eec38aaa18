package io.tallygate.peer.library;

import com.alicp.jetcache.Cache;
import com.alicp.jetcache.MultiLevelCacheBuilder;
import com.alicp.jetcache.embedded.CaffeineCacheBuilder;
import com.alicp.jetcache.redis.lettuce.RedisLettuceCacheBuilder;
import com.alicp.jetcache.support.Kryo5ValueDecoder;
import com.alicp.jetcache.support.Kryo5ValueEncoder;
import io.lettuce.core.RedisClient;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** With Kryo, which is faster than the encoding that it has by itself, and one load at a time in the process. */
final class JetCachePeer implements CachePeer {

    private final RedisClient client = RedisClient.create(CacheSetup.redisUri());
    private final Cache<String, String> cache;
    private final CacheSetup setup;

    JetCachePeer(CacheSetup setup) {
        this.setup = setup;
        long life = CacheSetup.LIFE.toMillis();
        Cache<String, String> local = CaffeineCacheBuilder.createCaffeineCacheBuilder().limit(setup.entries())
                .expireAfterWrite(life, TimeUnit.MILLISECONDS).buildCache();
        Cache<String, String> remote = RedisLettuceCacheBuilder.createRedisLettuceCacheBuilder().redisClient(client)
                .keyPrefix("jetcache:").valueEncoder(Kryo5ValueEncoder.INSTANCE)
                .valueDecoder(Kryo5ValueDecoder.INSTANCE).expireAfterWrite(life, TimeUnit.MILLISECONDS).buildCache();
        this.cache = MultiLevelCacheBuilder.createMultiLevelCacheBuilder().addCache(local, remote)
                .expireAfterWrite(life, TimeUnit.MILLISECONDS).cachePenetrateProtect(true).buildCache();
    }

    @Override
    public @Nullable Object ask(String key) {
        return cache.get(key);
    }

    @Override
    public String await(String key) {
        return cache.computeIfAbsent(key, setup.loader());
    }

    @Override
    public void close() {
        client.shutdown();
    }
}
