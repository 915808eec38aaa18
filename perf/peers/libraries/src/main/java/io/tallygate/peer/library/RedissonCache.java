package io.tallygate.peer.library;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.redisson.Redisson;
import org.redisson.api.RLocalCachedMap;
import org.redisson.api.RedissonClient;
import org.redisson.api.map.MapLoader;
import org.redisson.api.options.LocalCachedMapOptions;
import org.redisson.api.options.LocalCachedMapOptions.CacheProvider;
import org.redisson.api.options.LocalCachedMapOptions.EvictionPolicy;
import org.redisson.client.codec.StringCodec;
import org.redisson.config.Config;

/** With Caffeine as its memory, and the plainest of its codecs. */
final class RedissonCache implements CachePeer {

    private final RedissonClient client;
    private final RLocalCachedMap<String, String> map;

    RedissonCache(CacheSetup setup, boolean plainKeys) {
        var config = new Config();
        config.useSingleServer().setAddress(CacheSetup.redisUri());
        this.client = Redisson.create(config);
        this.map = client.getLocalCachedMap(LocalCachedMapOptions.<String, String>name("redisson")
                .codec(StringCodec.INSTANCE).cacheProvider(CacheProvider.CAFFEINE).cacheSize(setup.entries())
                .evictionPolicy(EvictionPolicy.LRU).timeToLive(CacheSetup.LIFE).useObjectAsCacheKey(plainKeys)
                .loader(new MapLoader<>() {

                    @Override
                    public String load(String key) {
                        return setup.loader().apply(key);
                    }

                    @Override
                    public Iterable<String> loadAllKeys() {
                        return List.of();
                    }
                }));
    }

    @Override
    public @Nullable Object ask(String key) {
        return map.get(key);
    }

    @Override
    public String await(String key) {
        return Objects.requireNonNull(map.get(key));
    }

    @Override
    public void close() {
        client.shutdown();
    }
}
