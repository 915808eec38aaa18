package io.tallygate.degradation;

import java.util.concurrent.atomic.LongAdder;

/**
 * The calls that began in a short time, and what became of them. Thread-safe; {@link #settle} is one thread's at a time.
 *
 * <p>Nobody reads a clock for it: a call keeps the slot that it began in, and whatever of a slot is still open when that is
 * settled, a second after its end, has failed.
 */
final class CallSlot {

    private static final long OPEN = -1;

    final long sinceNanos;
    private final LongAdder succeeded = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder unfinished = new LongAdder();
    private long settledSucceeded = OPEN;
    private long settledFailed = OPEN;

    CallSlot(long sinceNanos) {
        this.sinceNanos = sinceNanos;
    }

    /** A call that has its answer at once. */
    void succeeded() {
        succeeded.increment();
    }

    /** A call that will tell how it ended. */
    void began() {
        unfinished.increment();
    }

    void ended(boolean well) {
        (well ? succeeded : failed).increment();
        unfinished.decrement();
    }

    /** From now on, what is not finished has failed. */
    void settle() {
        if (settledFailed == OPEN) {
            settledSucceeded = succeeded.sum();
            settledFailed = failed.sum() + Math.max(0, unfinished.sum());
        }
    }

    boolean isEmpty() {
        return succeeded.sum() == 0 && failed.sum() == 0 && unfinished.sum() == 0;
    }

    long failures() {
        return settledFailed == OPEN ? failed.sum() : settledFailed;
    }

    long successes() {
        return settledSucceeded == OPEN ? succeeded.sum() : settledSucceeded;
    }
}
