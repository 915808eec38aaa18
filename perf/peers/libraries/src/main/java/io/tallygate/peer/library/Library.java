package io.tallygate.peer.library;

import java.util.function.Function;

/** The caches that are measured; those with {@code REDIS} in their name, JetCache and Redisson have a second level there. */
public enum Library {
    /** Ours, in the process alone. */
    TALLYGATE(TallygateCache::alone),
    /** Ours, with Redis as L2. */
    TALLYGATE_REDIS(TallygateCache::shared),
    /** Caffeine with a life. */
    CAFFEINE(setup -> new CaffeineCache(setup, false)),
    /** Caffeine with a life and its counts, which ours has, too. */
    CAFFEINE_COUNTING(setup -> new CaffeineCache(setup, true)),
    /** Caffeine's cache of futures. */
    CAFFEINE_ASYNC(CaffeineAsyncCache::new),
    /** Caffeine in front of Lettuce, written by hand: no leases, no messages, no timeouts. */
    CAFFEINE_REDIS(CaffeineBeforeRedis::new),
    /** {@code micronaut-cache-caffeine}. */
    MICRONAUT(MicronautCache::new),
    /** JetCache's two levels: Caffeine and Lettuce. */
    JETCACHE(JetCachePeer::new),
    /** Redisson's local cached map, with Caffeine in it. */
    REDISSON(setup -> new RedissonCache(setup, false)),
    /** The same, told to take keys as they are where it would hash what they are encoded to. */
    REDISSON_PLAIN_KEYS(setup -> new RedissonCache(setup, true));

    private final Function<CacheSetup, CachePeer> opening;

    Library(Function<CacheSetup, CachePeer> opening) {
        this.opening = opening;
    }

    CachePeer open(CacheSetup setup) {
        return opening.apply(setup);
    }
}
