package io.tallygate.ledger;

import java.time.Duration;

/** Bounds that no test reaches. */
public final class TestSettings {

    public static final LedgerSettings LEDGER = new LedgerSettings(
            new ReadCacheSettings(10_000, Duration.ofSeconds(5)), Duration.ofSeconds(30));

    private TestSettings() {}
}
