package io.tallygate.ratelimit;

import java.time.Duration;
import java.time.Instant;
import java.util.function.LongSupplier;

/** Nanoseconds since the epoch that stand until a test moves them. */
public final class TestClock implements LongSupplier {

    /** On a boundary of every unit but the week. */
    public static final long START = EpochNanos.of(Instant.parse("2026-01-01T00:00:00Z"));

    private volatile long nanos = START;

    @Override
    public long getAsLong() {
        return nanos;
    }

    public void advance(Duration by) {
        advance(by.toNanos());
    }

    /** Time passes, or the clock is set back. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // One thread moves it.
    public void advance(long byNanos) {
        nanos += byNanos;
    }
}
