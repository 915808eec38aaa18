package io.tallygate.ledger;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Recently read rows. Thread-safe. Never older than the last commit of this process: a commit updates what is cached
 * before its callers hear of it, and a value that was read from the store while a commit went by is not put in. Values
 * written by other processes are seen when an entry's time is over; where there are none, an entry's time is never over.
 *
 * <p>Implementation: each row belongs to one of a fixed number of stripes, and a commit raises its stripes' versions
 * after the store has committed and before it updates the cache. A reader notes the version before it asks the store, and
 * {@link #offer} puts the answer in only under that version, inside the entry's lock. If the commit comes after that
 * look, its own update follows and wins.
 *
 * <p>Most rows are written far more often than read, and an entry's lock costs more than all else in telling a commit.
 * So each stripe also has a count of its entries, and a commit looks for one only where there are some. A reader raises
 * the count before it looks at the version, a commit the version before it looks at the count: one of them sees the other.
 */
final class ReadCache {

    private static final int STRIPES = 1 << 14;

    private final Cache<RowKey, Reading> readings;
    private final AtomicLongArray versions = new AtomicLongArray(STRIPES);
    /** Entries that are in the cache or may be about to be put in; never too low. */
    private final AtomicIntegerArray entries = new AtomicIntegerArray(STRIPES);

    /** @param ttl null when this process alone writes to the store */
    ReadCache(int entriesMax, @Nullable Duration ttl, LongSupplier ticker) {
        var bounds = Caffeine.newBuilder().maximumSize(entriesMax);
        if (ttl != null) {
            bounds.expireAfterWrite(ttl).ticker(ticker::getAsLong);
        }
        this.readings = bounds.executor(Runnable::run).removalListener(this::removed).build();
    }

    @Nullable
    Reading get(RowKey row) {
        return readings.getIfPresent(row);
    }

    /** To be taken before the store is asked. */
    long version(RowKey row) {
        return versions.get(stripe(row));
    }

    /** Puts in what the store answered, unless the row may have been committed to since {@code version}. */
    void offer(Reading reading, long version) {
        int stripe = stripe(reading.row());
        entries.incrementAndGet(stripe);
        var added = new AtomicBoolean();
        readings.asMap().compute(reading.row(), (row, cached) -> {
            if (versions.get(stripe) != version) {
                return cached;
            }
            added.setPlain(cached == null);
            return reading;
        });
        if (!added.getPlain()) {
            entries.decrementAndGet(stripe);
        }
    }

    /** Takes a row's value right after a commit of this process. */
    void committed(RowKey row, long value, Instant at) {
        int stripe = stripe(row);
        versions.incrementAndGet(stripe);
        if (entries.get(stripe) > 0) {
            // Not computeIfPresent: that looks for the entry before it locks it, and so misses one that is being offered.
            readings.asMap().compute(row, (key, stale) -> stale == null ? null : new Reading(key, value, at));
        }
    }

    /** Forgets a book's rows in all sections up to one, which this process has deleted without telling each. */
    void swept(Book book, String throughSection) {
        for (int stripe = 0; stripe < STRIPES; stripe++) {
            versions.incrementAndGet(stripe);
        }
        readings.asMap().keySet()
                .removeIf(row -> row.book().equals(book) && Utf8Order.compare(row.section(), throughSection) <= 0);
    }

    private void removed(@Nullable RowKey row, @Nullable Reading reading, RemovalCause cause) {
        if (cause != RemovalCause.REPLACED && row != null) {
            entries.decrementAndGet(stripe(row));
        }
    }

    private static int stripe(RowKey row) {
        int hash = row.hashCode();
        return (hash ^ hash >>> 16) & STRIPES - 1;
    }
}
