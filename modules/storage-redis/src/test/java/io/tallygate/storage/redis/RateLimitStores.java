package io.tallygate.storage.redis;

import io.tallygate.ratelimit.RateLimitStore;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/** How the tests open stores of rate limits. */
final class RateLimitStores {

    /** So long that the server forgets nothing while a test's clock stands. */
    private static final Duration KEPT_LONGER = Duration.ofHours(1);

    private RateLimitStores() {}

    private static RedisSettings settings(String uri, boolean cluster, Duration timeout, String prefix) {
        return new RedisSettings(RedisSettings.parse(uri), cluster, 1, timeout, prefix);
    }

    /** Decides at the server's time. */
    static RateLimitStore open(String uri, boolean cluster, Duration timeout, String prefix) {
        return open(uri, cluster, timeout, prefix, Duration.ZERO);
    }

    static RateLimitStore open(String uri, boolean cluster, Duration timeout, String prefix, Duration heartbeat) {
        return RedisRateLimitStore.open(settings(uri, cluster, timeout, prefix), System::nanoTime,
                LimitTime.ofServer(InstantSource.system()), heartbeat);
    }

    /** Decides at times that a test says, in nanoseconds since the epoch. */
    static RateLimitStore at(LongSupplier caller, LongSupplier server, String uri, boolean cluster) {
        var time = new LimitTime(caller, () -> Long.toString(server.getAsLong() / 1_000), KEPT_LONGER);
        return RedisRateLimitStore.open(settings(uri, cluster, Duration.ofSeconds(20), Stores.freshPrefix()),
                System::nanoTime, time, Duration.ZERO);
    }
}
