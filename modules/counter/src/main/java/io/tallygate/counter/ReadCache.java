package io.tallygate.counter;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Recently read counters. Thread-safe. Never older than the last commit of this process: a commit updates what is cached
 * before its callers hear of it, and a value that was read from the store while a commit went by is not put in. Values
 * written by other processes are seen when an entry's time is over.
 *
 * <p>Implementation: each counter belongs to one of a fixed number of stripes, and a commit raises its stripes' versions
 * after the store has committed and before it updates the cache. A reader notes the version before it asks the store, and
 * {@link #offer} puts the answer in only under that version, inside the entry's lock. If the commit comes after that
 * look, its own update follows and wins.
 */
final class ReadCache {

    private static final int STRIPES = 1 << 10;

    private final Cache<CounterKey, Reading> readings;
    private final AtomicLongArray versions = new AtomicLongArray(STRIPES);

    ReadCache(int entriesMax, Duration ttl, LongSupplier ticker) {
        this.readings = Caffeine.newBuilder()
                .maximumSize(entriesMax)
                .expireAfterWrite(ttl)
                .ticker(ticker::getAsLong)
                .executor(Runnable::run)
                .build();
    }

    @Nullable
    Reading get(CounterKey counter) {
        return readings.getIfPresent(counter);
    }

    /** To be taken before the store is asked. */
    long version(CounterKey counter) {
        return versions.get(stripe(counter));
    }

    /** Puts in what the store answered, unless the counter may have been committed to since {@code version}. */
    void offer(Reading reading, long version) {
        readings.asMap().compute(reading.counter(),
                (counter, cached) -> versions.get(stripe(counter)) == version ? reading : cached);
    }

    /** Takes a counter's value right after a commit of this process. */
    void committed(CounterKey counter, long value, Instant at) {
        versions.incrementAndGet(stripe(counter));
        // Not computeIfPresent: that looks for the entry before it locks it, and so misses one that is being offered.
        readings.asMap().compute(counter, (key, stale) -> stale == null ? null : new Reading(key, value, at));
    }

    private static int stripe(CounterKey counter) {
        int hash = counter.hashCode();
        return (hash ^ hash >>> 16) & STRIPES - 1;
    }
}
