package io.tallygate.ratelimit;

import java.util.SplittableRandom;

/** A clock that is sometimes set back, by at most a window from the latest time that it showed. */
final class JumpyClock {

    private final SplittableRandom random;
    private final long windowNanos;
    private long nanos = TestClock.START;
    private long latest = TestClock.START;

    JumpyClock(SplittableRandom random, long windowNanos) {
        this.random = random;
        this.windowNanos = windowNanos;
    }

    /** The time after a step, perhaps back. */
    long step(long forward) {
        nanos = random.nextInt(20) == 0
                ? Math.max(nanos - random.nextLong(windowNanos), Math.max(TestClock.START, latest - windowNanos))
                : nanos + forward;
        latest = Math.max(latest, nanos);
        return nanos;
    }

    /** The time after a step on from the latest one. */
    long stepOn(long forward) {
        latest += forward;
        nanos = latest;
        return nanos;
    }
}
