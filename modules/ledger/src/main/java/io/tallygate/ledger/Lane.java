package io.tallygate.ledger;

import io.tallygate.kernel.CommitGauges;
import io.tallygate.kernel.CommitMetrics;
import io.tallygate.kernel.CommitSettings;
import io.tallygate.kernel.CommitWriter;
import io.tallygate.kernel.EventLoops;
import io.tallygate.kernel.InlineCommits;
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
 * One writer: what waits shares a flush, folded by row, with one flush on its way at a time. A flush without an answer is
 * sent again with its number until there is one. Thread-safe; no method but {@link #close} blocks.
 */
public final class Lane implements CommitGauges, Restorable, AutoCloseable {

    private final CommitMetrics metrics;
    private final FoldedFlushes flushes;
    private final CommitWriter<Posting, PostingResult> writer;

    /**
     * A lane to another process, whose calls event loops begin, and who is called back on one completes the callers there.
     *
     * @param name         of its threads
     * @param target       which does not block
     * @param loops        those of this process
     * @param closeTimeout how long {@link #close} waits for what is queued
     * @param ticker       nanoseconds that only rise
     */
    public Lane(String name, FlushApplier target, EventLoops loops, CommitSettings commit, CommitMetrics metrics,
            Duration closeTimeout, InstantSource clock, LongSupplier ticker) {
        this(name, newFlushes(target, Integer.MAX_VALUE, clock), commit, metrics, WriteWatch.unwatched(ticker),
                closeTimeout, ticker, InlineCommits.always(loops));
    }

    /**
     * A lane of which also the rows of what lingers end the wait, and whose calls no event loop begins for its callers.
     *
     * @param name         of its threads
     * @param rowsEnough   how many different rows end the wait for company early
     * @param closeTimeout how long {@link #close} waits for what is queued
     * @param ticker       nanoseconds that only rise
     */
    public Lane(String name, FlushApplier target, CommitSettings commit, int rowsEnough, CommitMetrics metrics,
            Duration closeTimeout, InstantSource clock, LongSupplier ticker) {
        this(name, newFlushes(target, rowsEnough, clock), commit, metrics, WriteWatch.unwatched(ticker), closeTimeout,
                ticker, InlineCommits.NONE);
    }

    Lane(String name, FoldedFlushes flushes, CommitSettings commit, CommitMetrics metrics, WriteWatch watch,
            Duration closeTimeout, LongSupplier ticker, InlineCommits inline) {
        this.metrics = metrics;
        this.flushes = flushes;
        this.writer = new CommitWriter<>(name, flushes, commit, metrics, watch, closeTimeout, ticker, inline);
    }

    private static FoldedFlushes newFlushes(FlushApplier target, int rowsEnough, InstantSource clock) {
        return new FoldedFlushes(target, Lane::newWriter, clock, CommitNews.NOBODY, new ReentrantLock(), rowsEnough);
    }

    /** A name for a writer that no other one has. */
    static String newWriter() {
        return UUID.randomUUID().toString();
    }

    /** As {@link Ledger#post}. */
    public CompletionStage<PostingResult> post(Posting posting) {
        return writer.submit(posting, weight(posting), bytes(posting));
    }

    /** As {@link Ledger#accept}. */
    public void accept(Posting posting) {
        var _ = take(posting);
    }

    /**
     * The same as {@link #accept}, for who wants to hear what becomes of it.
     *
     * @return completes once it is committed, however long that takes, and fails when it never will be
     */
    public CompletionStage<PostingResult> take(Posting posting) {
        CompletableFuture<PostingResult> taken = writer.accept(posting, weight(posting), bytes(posting));
        if (taken.isCompletedExceptionally() && taken.exceptionNow() instanceof UnavailableException notTaken) {
            throw notTaken;
        }
        return taken.thenApply(result -> {
            countLost(posting, result);
            return result;
        });
    }

    private static int weight(Posting posting) {
        return Math.max(1, posting.changes().size());
    }

    private static int bytes(Posting posting) {
        long bytes = posting.bytes();
        if (bytes > Posting.BYTES_MAX) {
            throw new IllegalArgumentException("posting: " + bytes + " bytes, must be at most " + Posting.BYTES_MAX);
        }
        return (int) bytes;
    }

    private void countLost(Posting posting, PostingResult result) {
        int lost = switch (result) {
            case PostingResult.Committed committed -> committed.replayed() ? 0 : committed.outcomes().refusedCount();
            case PostingResult.Failed _ -> posting.changes().size();
            case PostingResult.KeyReused _ -> 0;
        };
        if (lost > 0) {
            metrics.acceptedLost(lost);
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
