package io.tallygate.kernel;

import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Parks the thread that first sleeps. An unpark costs microseconds, so it is spent only on a thread that is idle. */
final class ThreadParking implements Parking {

    private volatile @Nullable Thread sleeper;
    private volatile boolean idle;

    @Override
    public void idle(long nanos, BooleanSupplier nothingToDo) {
        sleeper = Thread.currentThread();
        idle = true;
        // Looked at again after the flag is up: whoever adds work after this look sees the flag and wakes us.
        if (nothingToDo.getAsBoolean()) {
            LockSupport.parkNanos(this, nanos);
        }
        idle = false;
    }

    @Override
    public void pause(long nanos) {
        sleeper = Thread.currentThread();
        LockSupport.parkNanos(this, nanos);
    }

    @Override
    public void wake() {
        if (idle) {
            idle = false;
            LockSupport.unpark(sleeper);
        }
    }

    @Override
    public void rouse() {
        LockSupport.unpark(sleeper);
    }
}
