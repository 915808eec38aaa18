package io.tallygate.ratelimit.rules;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Numbers the outages of a store, so that what is counted in one is not counted in the next. One lasts until the store has
 * answered, and for as long after that as failures follow each other closely. Thread-safe.
 */
final class Outages {

    /** Once the store has answered, a failure so long after the last one is another outage. */
    static final Duration QUIET = Duration.ofSeconds(10);

    private final LongSupplier nanos;
    private long number;
    private long lastFailure;
    private volatile boolean isAway;

    /** {@code nanos} is a clock such as {@link System#nanoTime}. */
    Outages(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** The number, from 1, of the outage that a failure now belongs to. */
    synchronized long failed() {
        long now = nanos.getAsLong();
        if (number == 0 || (!isAway && now - lastFailure > QUIET.toNanos())) {
            number++;
        }
        lastFailure = now;
        isAway = true;
        return number;
    }

    /** Says that the store has answered. Costs next to nothing where it always does. */
    void answered() {
        if (isAway) {
            isAway = false;
        }
    }

    /** The number of the last outage; 0 before the first. */
    synchronized long last() {
        return number;
    }
}
