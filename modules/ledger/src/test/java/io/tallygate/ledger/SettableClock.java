package io.tallygate.ledger;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** A wall clock, and a ticker beside it, that stand until a test moves them. */
public final class SettableClock implements InstantSource {

    /** On a boundary of every bucket. */
    public static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private volatile Instant now = START;
    /** Not far from where a sum overflows, as {@link System#nanoTime} may be. */
    private volatile long nanos = Long.MAX_VALUE - Duration.ofHours(1).toNanos();

    /** Time passes. */
    public synchronized void advance(Duration by) {
        now = now.plus(by);
        nanos += by.toNanos();
    }

    /** Somebody sets the wall clock forward or back; no time passes. */
    public synchronized void set(Duration by) {
        now = now.plus(by);
    }

    public long nanos() {
        return nanos;
    }

    @Override
    public Instant instant() {
        return now;
    }
}
