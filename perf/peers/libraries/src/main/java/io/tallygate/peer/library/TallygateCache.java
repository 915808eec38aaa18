package io.tallygate.peer.library;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tallygate.cache.CachePolicy;
import io.tallygate.cache.CacheSpec;
import io.tallygate.cache.MultiLevelCache;
import io.tallygate.cache.MultiLevelCaches;
import io.tallygate.cache.ValueCodec;
import io.tallygate.storage.redis.PeerLevels;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Ours. */
final class TallygateCache implements CachePeer {

    private static final ValueCodec<String> TEXT = new ValueCodec<>() {

        @Override
        public String type() {
            return "text.1";
        }

        @Override
        public byte[] encode(String value) {
            return ('"' + value + '"').getBytes(UTF_8);
        }

        @Override
        public String decode(byte[] json) {
            return new String(json, 1, json.length - 2, UTF_8);
        }
    };

    private final MultiLevelCaches caches;
    private final MultiLevelCache<String> cache;
    private final Runnable end;

    private TallygateCache(MultiLevelCaches caches, CacheSetup setup, Runnable end) {
        this.caches = caches;
        this.end = end;
        this.cache = caches.make(CacheSpec.<String>named("measured")
                .loadedBy(key -> CompletableFuture.completedFuture(Optional.of(setup.loader().apply(key))))
                .sharedAs(TEXT).with(CachePolicy.DEFAULT.withOwn(true).withEntries(setup.entries())
                        .withLives(CacheSetup.LIFE, CacheSetup.LIFE)));
    }

    static TallygateCache alone(CacheSetup setup) {
        return new TallygateCache(MultiLevelCaches.inProcess(InstantSource.system(), System::nanoTime), setup,
                () -> {});
    }

    static TallygateCache shared(CacheSetup setup) {
        var levels = new PeerLevels(CacheSetup.redisPort());
        return new TallygateCache(MultiLevelCaches.sharing(levels, InstantSource.system(), System::nanoTime), setup,
                levels::close);
    }

    MultiLevelCache<String> cache() {
        return cache;
    }

    @Override
    public Object ask(String key) {
        return cache.get(key);
    }

    @Override
    public String await(String key) {
        return cache.get(key).toCompletableFuture().join().value().orElseThrow();
    }

    @Override
    public void close() {
        caches.close();
        end.run();
    }
}
