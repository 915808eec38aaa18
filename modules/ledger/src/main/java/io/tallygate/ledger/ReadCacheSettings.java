package io.tallygate.ledger;

import java.time.Duration;

/**
 * The bounds of a ledger's read cache. A domain whose reads may be answered from it has a bean of this type; without one
 * nothing is cached.
 *
 * @param entriesMax the most rows in it
 * @param ttl        how long a cached value answers for writes of other processes
 */
public record ReadCacheSettings(int entriesMax, Duration ttl) {

    static final ReadCacheSettings NONE = new ReadCacheSettings(0, Duration.ofSeconds(1));
}
