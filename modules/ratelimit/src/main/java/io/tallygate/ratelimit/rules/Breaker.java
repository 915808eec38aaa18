package io.tallygate.ratelimit.rules;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Whether the store should be asked at all. Ten failures in a row, or the failure of half of a second's calls (ten of them
 * at least), open it; then one call each 100 ms tries whether the store answers again, and the first that does closes it.
 * Thread-safe.
 */
final class Breaker {

    static final int FAILURES_IN_A_ROW_MAX = 10;
    /** Fewer calls in a second say nothing about half of them. */
    static final int CALLS_MIN = 10;

    private static final long PERIOD_NANOS = Duration.ofSeconds(1).toNanos();
    private static final long PROBE_NANOS = Duration.ofMillis(100).toNanos();

    private final LongSupplier nanos;
    private volatile boolean isOpen;
    private int failuresInARow;
    private long periodStart;
    private int calls;
    private int failures;
    private long probeAt;

    /** A closed one. {@code nanos} is a clock such as {@link System#nanoTime}. */
    Breaker(LongSupplier nanos) {
        this.nanos = nanos;
        this.periodStart = nanos.getAsLong();
    }

    /** Whether to make a call. If so, its end must be told by {@link #succeeded} or {@link #failed}. */
    boolean allows() {
        return !isOpen || probes();
    }

    private synchronized boolean probes() {
        long now = nanos.getAsLong();
        boolean isDue = !isOpen || now - probeAt >= 0;
        if (isDue) {
            probeAt = now + PROBE_NANOS;
        }
        return isDue;
    }

    /** Whether this closed it. */
    synchronized boolean succeeded() {
        boolean closes = isOpen;
        if (closes) {
            isOpen = false;
            startPeriod(nanos.getAsLong());
        }
        failuresInARow = 0;
        count(0);
        return closes;
    }

    /** Whether this opened it. */
    synchronized boolean failed() {
        failuresInARow++;
        count(1);
        boolean opens = !isOpen
                && (failuresInARow >= FAILURES_IN_A_ROW_MAX || (calls >= CALLS_MIN && failures * 2 >= calls));
        if (opens) {
            isOpen = true;
            probeAt = nanos.getAsLong() + PROBE_NANOS;
        }
        return opens;
    }

    boolean isOpen() {
        return isOpen;
    }

    private void count(int failed) {
        long now = nanos.getAsLong();
        if (now - periodStart >= PERIOD_NANOS) {
            startPeriod(now);
        }
        calls++;
        failures += failed;
    }

    private void startPeriod(long now) {
        periodStart = now;
        calls = 0;
        failures = 0;
    }
}
