package io.tallygate.ledger;

import java.time.Duration;

/**
 * The bounds of a ledger beyond those of its group commit.
 *
 * @param cacheEntriesMax the most rows in the read cache
 * @param cacheTtl        how long a cached value answers for writes of other processes
 * @param closeTimeout    how long closing waits for what is queued
 */
public record LedgerSettings(int cacheEntriesMax, Duration cacheTtl, Duration closeTimeout) {

    public static final LedgerSettings DEFAULT = new LedgerSettings(10_000, Duration.ofSeconds(5),
            Duration.ofSeconds(30));
}
