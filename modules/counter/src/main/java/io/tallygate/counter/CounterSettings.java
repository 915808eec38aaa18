package io.tallygate.counter;

import java.time.Duration;

/**
 * The bounds of counters beyond those of their group commit.
 *
 * @param cacheEntriesMax the most counters in the read cache
 * @param cacheTtl        how long a cached value answers for writes of other processes
 * @param closeTimeout    how long closing waits for what is queued
 */
public record CounterSettings(int cacheEntriesMax, Duration cacheTtl, Duration closeTimeout) {

    public static final CounterSettings DEFAULT = new CounterSettings(10_000, Duration.ofSeconds(5),
            Duration.ofSeconds(30));
}
