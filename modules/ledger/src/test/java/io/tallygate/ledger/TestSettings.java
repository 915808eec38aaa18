package io.tallygate.ledger;

import java.time.Duration;
import java.util.List;
import java.util.Set;

/** Bounds that no test reaches. */
public final class TestSettings {

    public static final LedgerSettings LEDGER = new LedgerSettings(
            List.of(new ReadCacheSettings(Set.of(TestRows.COUNTERS, TestRows.OTHERS), 10_000, Duration.ofSeconds(5))),
            Duration.ofSeconds(30));

    private TestSettings() {}
}
