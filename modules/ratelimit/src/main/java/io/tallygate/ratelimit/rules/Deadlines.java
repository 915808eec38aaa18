package io.tallygate.ratelimit.rules;

import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;

/** Ends waits for a store on a thread of its own, which there is once something has waited. Thread-safe. */
final class Deadlines implements Alarm, AutoCloseable {

    private final ScheduledThreadPoolExecutor thread = new ScheduledThreadPoolExecutor(1,
            Thread.ofPlatform().name("ratelimit-deadlines").daemon().factory());
    private final Alarm alarm = Alarm.by(thread);

    Deadlines() {
        thread.setRemoveOnCancelPolicy(true);
    }

    @Override
    public Runnable after(Duration delay, Runnable task) {
        return alarm.after(delay, task);
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
