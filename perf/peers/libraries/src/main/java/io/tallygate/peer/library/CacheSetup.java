package io.tallygate.peer.library;

import java.time.Duration;
import java.util.function.UnaryOperator;

/**
 * What is the same for all caches.
 *
 * @param entries the most values in memory
 * @param loader  answers at once
 */
record CacheSetup(int entries, UnaryOperator<String> loader) {

    /** Longer than any measurement. */
    static final Duration LIFE = Duration.ofHours(1);

    /** Where a Redis is that belongs to the measurement. */
    static int redisPort() {
        return Integer.getInteger("redis.port", 6379);
    }

    static String redisUri() {
        return "redis://127.0.0.1:" + redisPort();
    }
}
