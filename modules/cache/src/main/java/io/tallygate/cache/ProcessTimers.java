package io.tallygate.cache;

import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Timers on one thread of their own, which is begun when it is first needed. */
final class ProcessTimers implements Timers, AutoCloseable {

    private final ScheduledThreadPoolExecutor thread;

    ProcessTimers() {
        thread = new ScheduledThreadPoolExecutor(1, Thread.ofPlatform().name("cache-timers").daemon().factory(),
                new ThreadPoolExecutor.DiscardPolicy());
        thread.setRemoveOnCancelPolicy(true);
    }

    @Override
    public Timer after(Duration delay, Runnable task) {
        var future = thread.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
        return () -> future.cancel(false);
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
