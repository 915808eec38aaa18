package io.tallygate.ratelimit.rules;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Runs something later, on a thread of its own. */
@FunctionalInterface
public interface Alarm {

    /**
     * Has a task run after a time.
     *
     * @return what cancels it; without effect afterwards
     */
    Runnable after(Duration delay, Runnable task);

    /** One by an executor, which should drop what is cancelled. */
    static Alarm by(ScheduledExecutorService executor) {
        return (delay, task) -> {
            Future<?> scheduled = executor.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
            return () -> scheduled.cancel(false);
        };
    }
}
