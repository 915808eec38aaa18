package io.tallygate.ledger;

import java.time.Duration;
import java.util.List;

/**
 * The bounds of a ledger beyond those of its group commit.
 *
 * @param caches       of the rows that are read often
 * @param closeTimeout how long closing waits for what is queued
 */
public record LedgerSettings(List<ReadCacheSettings> caches, Duration closeTimeout) {

    public LedgerSettings {
        caches = List.copyOf(caches);
    }
}
