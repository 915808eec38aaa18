package io.tallygate.storage.sql;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs a checkpoint at intervals, and when asked to, on a thread of its own. Thread-safe. */
final class Checkpoints implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Checkpoints.class);

    private final Runnable checkpoint;
    private final AtomicBoolean requested = new AtomicBoolean();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("sqlite-checkpoint").daemon().factory());
    private boolean failing;

    Checkpoints(Runnable checkpoint, Duration interval) {
        this.checkpoint = checkpoint;
        var _ = thread.scheduleWithFixedDelay(this::run, interval.toMillis(), interval.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    /** Asks for one soon. */
    void request() {
        if (!requested.getAndSet(true)) {
            try {
                thread.execute(this::run);
            } catch (RejectedExecutionException closed) {
                // The owner makes the last one itself.
            }
        }
    }

    private void run() {
        requested.set(false);
        try {
            checkpoint.run();
            failing = false;
        } catch (RuntimeException e) {
            if (!failing) {
                LOG.warn("SQLite's file cannot take what the journal holds; it is tried again: {}", e.getMessage());
            }
            failing = true;
        }
    }

    /** Waits for the one that runs. */
    @Override
    public void close() {
        thread.close();
    }
}
