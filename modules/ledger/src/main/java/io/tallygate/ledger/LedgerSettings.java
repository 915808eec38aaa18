package io.tallygate.ledger;

import java.time.Duration;

/**
 * The bounds of a ledger beyond those of its group commit.
 *
 * @param closeTimeout how long closing waits for what is queued
 */
public record LedgerSettings(ReadCacheSettings cache, Duration closeTimeout) {}
