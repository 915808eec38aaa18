package io.tallygate.contract;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waiting for a condition, with a bound. */
final class Await {

    private static final long POLL_NANOS = Duration.ofMillis(5).toNanos();

    private Await() {}

    /** Whether the condition held at some moment before the deadline. */
    static boolean within(Duration deadline, BooleanSupplier condition) {
        long end = System.nanoTime() + deadline.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                return false;
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
        return true;
    }

    /** Returns when the condition holds, and fails by its name when it does not in time. */
    static void until(Duration deadline, String what, BooleanSupplier condition) {
        if (!within(deadline, condition)) {
            throw new AssertionError("not within " + deadline + ": " + what);
        }
    }
}
