package io.tallygate.kernel;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Group commit with its threads: every operation that waits shares one commit with all the others that wait.
 * Thread-safe; no method but {@link #close} blocks.
 *
 * <p>One platform thread, {@code NAME-writer}, calls the {@link FlushTarget}, or in its place, while commits are short, the
 * event loop that has read the requests ({@link InlineCommits}), or the thread that the answer before came on. Another thread, {@code NAME-watchdog}, tells
 * callers that have waited longer than {@link CommitSettings#timeout} so, within a twentieth of it. Futures are
 * completed on any of these.
 *
 * @param <O> an operation
 * @param <R> what its caller is answered
 */
public final class CommitWriter<O, R> implements CommitGauges, AutoCloseable {

    private static final int WATCHES_A_TIMEOUT = 20;

    private final GroupCommit<O, R> commit;
    private final CommitSettings settings;
    private final Duration closeTimeout;
    private final LongSupplier ticker;
    private final Thread writer;
    private final CountDownLatch stopWatching = new CountDownLatch(1);
    private boolean closing; // guarded by this, as is the next
    private long closeByNanos;

    /**
     * Starts the threads. Whether flushes fail is nobody's concern here.
     *
     * @param closeTimeout how long {@link #close} waits for what is queued
     * @param ticker       nanoseconds that only rise, such as {@link System#nanoTime}
     */
    public CommitWriter(String name, FlushTarget<O, R> target, CommitSettings settings, CommitMetrics metrics,
            Duration closeTimeout, LongSupplier ticker) {
        this(name, target, settings, metrics, WriteWatch.unwatched(ticker), closeTimeout, ticker, InlineCommits.NONE);
    }

    /**
     * Starts the threads.
     *
     * @param watch        told how flushes fare; of this writer alone
     * @param closeTimeout how long {@link #close} waits for what is queued
     * @param ticker       nanoseconds that only rise, such as {@link System#nanoTime}
     * @param inline       for a target that is in this process and usually quick, or that does not block
     */
    public CommitWriter(String name, FlushTarget<O, R> target, CommitSettings settings, CommitMetrics metrics,
            WriteWatch watch, Duration closeTimeout, LongSupplier ticker, InlineCommits inline) {
        this.settings = settings;
        this.closeTimeout = closeTimeout;
        this.ticker = ticker;
        this.commit = new GroupCommit<>(target, settings, metrics, watch, ticker, new ThreadParking(),
                new CommitPlace(inline));
        this.writer = Thread.ofPlatform().name(name + "-writer").daemon().start(this::write);
        Thread.ofPlatform().name(name + "-watchdog").daemon().start(this::watch);
    }

    /** Queues an operation that is small, as {@link #submit(Object, int, int)} does. */
    public CompletableFuture<R> submit(O operation, int weight) {
        return submit(operation, weight, 0);
    }

    /**
     * Queues an operation to be committed as soon as the store is free.
     *
     * @param weight how many operations it counts for, at least 1
     * @param bytes  about how large it is
     * @return completes once committed; fails with {@link OverloadedException} or {@link ShuttingDownException} at once
     *         and without effect, with {@link CommitTimeoutException} when the outcome is unknown, or with what the
     *         target threw for this operation alone
     */
    public CompletableFuture<R> submit(O operation, int weight, int bytes) {
        return commit.submit(operation, weight, bytes, false);
    }

    /** Queues an operation that is small, as {@link #accept(Object, int, int)} does. */
    public CompletableFuture<R> accept(O operation, int weight) {
        return accept(operation, weight, 0);
    }

    /**
     * Queues an operation whose caller does not wait for the commit: it may linger for company, and is tried until the
     * store answers. Fails as {@link #submit(Object, int, int)} does, but never for want of time.
     */
    public CompletableFuture<R> accept(O operation, int weight, int bytes) {
        return commit.submit(operation, weight, bytes, true);
    }

    @Override
    public int depth() {
        return commit.depth();
    }

    @Override
    public int acceptedDepth() {
        return commit.acceptedDepth();
    }

    /**
     * Refuses new operations, and begins to commit what is queued. Returns at once; the time that {@link #close} waits
     * starts here. May be called again.
     */
    public synchronized void startClosing() {
        if (!closing) {
            closing = true;
            closeByNanos = ticker.getAsLong() + closeTimeout.toNanos();
            commit.close(closeByNanos);
        }
    }

    /**
     * Refuses new operations, commits what is queued, and returns when that is done or its time is over. Operations
     * whose callers were all told that their time is over are not waited for. What could not be committed fails with
     * {@link ShuttingDownException}. May be called again.
     */
    @Override
    public void close() {
        startClosing();
        try {
            // The store may be in the middle of an attempt when the time is over.
            Duration lastAttempt = closeTimeout.dividedBy(2).compareTo(settings.timeout()) < 0
                    ? closeTimeout.dividedBy(2)
                    : settings.timeout();
            writer.join(Duration.ofNanos(Math.max(0, closeByNanos - ticker.getAsLong())).plus(lastAttempt));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        stopWatching.countDown();
    }

    private void write() {
        boolean open = true;
        while (open) {
            open = commit.step();
        }
    }

    private void watch() {
        long everyNanos = Math.max(1, settings.timeout().toNanos() / WATCHES_A_TIMEOUT);
        try {
            while (!stopWatching.await(everyNanos, TimeUnit.NANOSECONDS)) {
                commit.expire();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
