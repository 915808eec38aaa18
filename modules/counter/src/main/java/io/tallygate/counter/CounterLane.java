package io.tallygate.counter;

import io.tallygate.kernel.CommitGauges;
import io.tallygate.kernel.CommitMetrics;
import io.tallygate.kernel.CommitSettings;
import io.tallygate.kernel.CommitWriter;
import io.tallygate.kernel.UnavailableException;
import io.tallygate.kernel.WriteWatch;
import java.time.Duration;
import java.time.InstantSource;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * One writer of counters: what waits shares a flush, folded by counter, with one flush on its way at a time. A flush
 * without an answer is sent again with its number until there is one. Thread-safe; no method but {@link #close} blocks.
 */
public final class CounterLane implements CommitGauges, Restorable, AutoCloseable {

    private final CommitMetrics metrics;
    private final CounterFlushes flushes;
    private final CommitWriter<Operation, WriteResult> writer;

    /**
     * A lane to another process.
     *
     * @param name         of its threads
     * @param closeTimeout how long {@link #close} waits for what is queued
     * @param ticker       nanoseconds that only rise
     */
    public CounterLane(String name, FlushApplier target, CommitSettings commit, CommitMetrics metrics,
            Duration closeTimeout, InstantSource clock, LongSupplier ticker) {
        this.metrics = metrics;
        this.flushes = newFlushes(target, clock);
        this.writer = new CommitWriter<>(name, flushes, commit, metrics, closeTimeout, ticker);
    }

    CounterLane(String name, CounterFlushes flushes, CommitSettings commit, CommitMetrics metrics, WriteWatch watch,
            Duration closeTimeout, LongSupplier ticker) {
        this.metrics = metrics;
        this.flushes = flushes;
        this.writer = new CommitWriter<>(name, flushes, commit, metrics, watch, closeTimeout, ticker);
    }

    private static CounterFlushes newFlushes(FlushApplier target, InstantSource clock) {
        return new CounterFlushes(target, CounterLane::newWriter, clock, CommitNews.NOBODY, new ReentrantLock());
    }

    /** A name for a writer that no other one has. */
    static String newWriter() {
        return UUID.randomUUID().toString();
    }

    /** As {@link Counters#write}. */
    public CompletionStage<WriteResult> write(Write write) {
        return writer.submit(write, write.weight());
    }

    /** As {@link Counters#accept}. */
    public void accept(Write write) {
        CompletableFuture<WriteResult> taken = writer.accept(write, write.weight());
        if (taken.isCompletedExceptionally() && taken.exceptionNow() instanceof UnavailableException notTaken) {
            throw notTaken;
        }
        taken.thenAccept(this::countRefused);
    }

    private void countRefused(WriteResult result) {
        if (result instanceof WriteResult.Committed(var outcomes, var replayed) && !replayed) {
            int refused = outcomes.refusedCount();
            if (refused > 0) {
                metrics.acceptedLost(refused);
            }
        }
    }

    /** As {@link Counters#reset}. */
    public CompletionStage<Void> reset(CounterKey counter) {
        return writer.submit(new Operation.Reset(counter), 1).thenAccept(CounterLane::requireApplied);
    }

    private static void requireApplied(WriteResult result) {
        if (result instanceof WriteResult.Committed(var outcomes, var _) && outcomes.refused(0)) {
            throw new WrongTypeException("what is in the counter's place is no number, and stays there");
        }
    }

    @Override
    public void restored() {
        flushes.rename();
    }

    @Override
    public int depth() {
        return writer.depth();
    }

    @Override
    public int acceptedDepth() {
        return writer.acceptedDepth();
    }

    /** Refuses everything from now on, and begins to send what is queued. Returns at once. */
    public void startClosing() {
        writer.startClosing();
    }

    /** Sends what is queued, within the time for it, and refuses everything after. */
    @Override
    public void close() {
        writer.close();
    }
}
