package io.tallygate.ratelimit.rules;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Numbers the outages of a store, so that what is counted in one is not counted in the next. Failures that follow each
 * other closely are one outage. Thread-safe.
 */
final class Outages {

    /** After so long without a failure the next one is another outage. */
    static final Duration QUIET = Duration.ofSeconds(10);

    private final LongSupplier nanos;
    private long number;
    private long lastFailure;

    /** {@code nanos} is a clock such as {@link System#nanoTime}. */
    Outages(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** The number, from 1, of the outage that a failure now belongs to. */
    synchronized long failed() {
        long now = nanos.getAsLong();
        if (number == 0 || now - lastFailure > QUIET.toNanos()) {
            number++;
        }
        lastFailure = now;
        return number;
    }

    /** The number of the last outage; 0 before the first. */
    synchronized long last() {
        return number;
    }
}
