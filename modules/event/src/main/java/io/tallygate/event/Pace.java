package io.tallygate.event;

import java.time.Duration;

/** So many in a second. Knows no clock: it is told the time. For one thread. */
final class Pace {

    /** What was missed by no more than this is made up: a sleep is never exact, and now and then something has to be stored. */
    private static final long MADE_UP_NANOS = Duration.ofMillis(50).toNanos();

    private final long intervalNanos;
    private long dueNanos;

    /**
     * The first one is due now.
     *
     * @param rate from 1
     */
    Pace(int rate, long nowNanos) {
        this.intervalNanos = Duration.ofSeconds(1).toNanos() / rate;
        this.dueNanos = nowNanos;
    }

    /** Takes the next one, and tells how long it has to wait; 0 when it is due. */
    long nextInNanos(long nowNanos) {
        if (nowNanos - dueNanos > MADE_UP_NANOS) {
            dueNanos = nowNanos - MADE_UP_NANOS;
        }
        long wait = Math.max(0, dueNanos - nowNanos);
        dueNanos += intervalNanos;
        return wait;
    }
}
