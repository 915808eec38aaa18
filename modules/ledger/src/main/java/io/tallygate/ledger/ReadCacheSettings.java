package io.tallygate.ledger;

import java.time.Duration;
import java.util.Set;

/**
 * The bounds of a ledger's read cache of some books. A domain whose reads may be answered from one has a bean of this type;
 * rows of other books are not cached.
 *
 * @param books      those whose rows are in it; no two caches have one in common
 * @param entriesMax the most rows in it
 * @param ttl        how long a cached value answers for writes of other processes
 */
public record ReadCacheSettings(Set<Book> books, int entriesMax, Duration ttl) {

    public ReadCacheSettings {
        books = Set.copyOf(books);
    }
}
