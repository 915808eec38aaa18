package io.tallygate.event;

import io.tallygate.kernel.ShuttingDownException;
import org.jspecify.annotations.Nullable;

/**
 * How long a process of a test lives: until it comes to a point for the last time. From then on it reaches nothing any more, as
 * one that was killed. Thread-safe.
 */
public final class Lifetime {

    private final @Nullable CrashPoint point;
    private int passesLeft;
    private volatile boolean over;

    private Lifetime(@Nullable CrashPoint point, int passes) {
        this.point = point;
        this.passesLeft = passes;
    }

    static Lifetime unbounded() {
        return new Lifetime(null, 0);
    }

    /** @param passes how often it passes the point before it dies there */
    static Lifetime until(CrashPoint point, int passes) {
        return new Lifetime(point, passes);
    }

    /** Goes on, unless the process dies here. */
    public void pass(CrashPoint reached) {
        synchronized (this) {
            if (!over && reached == point) {
                over = passesLeft == 0;
                passesLeft--;
            }
        }
        requireNotOver();
    }

    /**
     * Goes on, unless the process is dead.
     *
     * @throws ShuttingDownException of all failures, because it is nobody's fault and nobody tries again what it has ended
     */
    public void requireNotOver() {
        if (over) {
            throw new ShuttingDownException();
        }
    }

    public boolean isOver() {
        return over;
    }
}
