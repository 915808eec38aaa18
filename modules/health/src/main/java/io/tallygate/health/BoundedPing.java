package io.tallygate.health;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Asks whether something answers, at most once at a time and at most once in a while, and never waits longer than its
 * bound, however many callers it has. Thread-safe.
 */
final class BoundedPing {

    private final Runnable ping;
    private final Duration bound;
    private final long pauseNanos;
    private final Executor executor;
    private final LongSupplier ticker;
    private final AtomicReference<@Nullable Attempt> latest = new AtomicReference<>();

    /** @param ping blocks until there is an answer, or throws; it may take longer than {@code bound} */
    BoundedPing(Runnable ping, Duration bound, Duration pause, Executor executor, LongSupplier ticker) {
        this.ping = ping;
        this.bound = bound;
        this.pauseNanos = pause.toNanos();
        this.executor = executor;
        this.ticker = ticker;
    }

    /** Whether the latest ping was answered within the bound; starts one when the latest is over and old. */
    CompletableFuture<Boolean> answered() {
        Attempt current = latest.get();
        if (current != null && !current.isOver(ticker.getAsLong() - pauseNanos)) {
            return current.answered;
        }
        var next = new Attempt(ticker.getAsLong());
        if (latest.compareAndSet(current, next)) {
            next.start();
            return next.answered;
        }
        return answered();
    }

    private final class Attempt {

        private final long startNanos;
        private final CompletableFuture<Boolean> finished = new CompletableFuture<>();
        private final CompletableFuture<Boolean> answered;

        private Attempt(long startNanos) {
            this.startNanos = startNanos;
            this.answered = finished.copy().completeOnTimeout(false, bound.toNanos(), TimeUnit.NANOSECONDS);
        }

        private void start() {
            try {
                executor.execute(() -> finished.complete(succeeds()));
            } catch (RuntimeException e) {
                // The executor is shut down: this process is stopping.
                finished.complete(false);
            }
        }

        private boolean succeeds() {
            try {
                ping.run();
                return true;
            } catch (RuntimeException e) {
                return false;
            }
        }

        /** A ping that has not come back yet is never over: it holds the place of the next one. */
        private boolean isOver(long nanos) {
            return finished.isDone() && startNanos - nanos <= 0;
        }
    }
}
