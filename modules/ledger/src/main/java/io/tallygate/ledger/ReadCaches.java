package io.tallygate.ledger;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The {@link ReadCache} of each book that has one. Thread-safe. */
final class ReadCaches {

    private final Map<Book, ReadCache> byBook;

    /**
     * Empty ones.
     *
     * @param shared whether other processes write to the store
     * @throws IllegalArgumentException when two name one book
     */
    ReadCaches(List<ReadCacheSettings> all, boolean shared, LongSupplier ticker) {
        var caches = new HashMap<Book, ReadCache>();
        for (ReadCacheSettings settings : all) {
            var cache = new ReadCache(settings.entriesMax(), shared ? settings.ttl() : null, ticker);
            for (Book book : settings.books()) {
                if (caches.put(book, cache) != null) {
                    throw new IllegalArgumentException("two read caches for " + book);
                }
            }
        }
        this.byBook = Map.copyOf(caches);
    }

    @Nullable
    Reading get(RowKey row) {
        ReadCache cache = byBook.get(row.book());
        return cache == null ? null : cache.get(row);
    }

    /** As {@link ReadCache#version}; without a meaning for a row that is not cached. */
    long version(RowKey row) {
        ReadCache cache = byBook.get(row.book());
        return cache == null ? 0 : cache.version(row);
    }

    void offer(Reading reading, long version) {
        ReadCache cache = byBook.get(reading.row().book());
        if (cache != null) {
            cache.offer(reading, version);
        }
    }

    void committed(RowKey row, long value, Instant at) {
        ReadCache cache = byBook.get(row.book());
        if (cache != null) {
            cache.committed(row, value, at);
        }
    }

    void swept(Book book, String throughSection) {
        ReadCache cache = byBook.get(book);
        if (cache != null) {
            cache.swept(book, throughSection);
        }
    }
}
