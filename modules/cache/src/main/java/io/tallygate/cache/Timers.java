package io.tallygate.cache;

import java.time.Duration;

/** Does things later. Thread-safe. */
@FunctionalInterface
interface Timers {

    /** What it returned can be called off. */
    @FunctionalInterface
    interface Timer {

        void cancel();
    }

    /**
     * Does something after a while.
     *
     * @param task must not block
     */
    Timer after(Duration delay, Runnable task);
}
