package io.tallygate.kernel;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Group commit: every operation that waits shares one commit with all the others that wait. Thread-safe; nothing in it
 * blocks a caller. {@link CommitWriter} gives it its threads.
 *
 * <p>The writer takes all that waits and flushes it as soon as it is idle; it never waits to fill a batch, so batches
 * grow only because commits take time. What is acknowledged is committed. A flush that the store does not answer is
 * repeated with its number until it does.
 *
 * <p>Implementation: submitting is one compare-and-set on {@link CommitQueue}, and an unpark when the writer is idle. The
 * writer moves what it took into a backlog, which the watchdog reads too, under its monitor; both enter it once a flush,
 * not once an operation. {@link #depth} counts an operation from its submission until its flush is answered, also when
 * its caller has given up, so that it bounds memory.
 *
 * @param <O> an operation
 * @param <R> what its caller is answered
 */
final class GroupCommit<O, R> {

    private static final long RETRY_MAX_NANOS = Duration.ofMillis(500).toNanos();

    private final FlushTarget<O, R> target;
    private final CommitSettings settings;
    private final CommitMetrics metrics;
    private final WriteWatch watch;
    private final LongSupplier ticker;
    private final Parking parking;
    private final long timeoutNanos;
    private final long lingerNanos;

    private final CommitQueue<O, R> queue = new CommitQueue<>();
    private final ArrayDeque<Pending<O, R>> backlog = new ArrayDeque<>();
    private final AtomicInteger depth = new AtomicInteger();
    private final AtomicInteger acceptedDepth = new AtomicInteger();

    private volatile List<Pending<O, R>> inFlight = List.of();
    private volatile boolean closing;
    private volatile long closeByNanos;
    private long sequence;

    GroupCommit(FlushTarget<O, R> target, CommitSettings settings, CommitMetrics metrics, WriteWatch watch,
            LongSupplier ticker, Parking parking) {
        this.target = target;
        this.settings = settings;
        this.metrics = metrics;
        this.watch = watch;
        this.ticker = ticker;
        this.parking = parking;
        this.timeoutNanos = settings.timeout().toNanos();
        this.lingerNanos = settings.linger().toNanos();
    }

    /** Queues an operation; the future is completed by its commit, or fails with {@link UnavailableException}. */
    CompletableFuture<R> submit(O operation, int weight, int bytes, boolean accepted) {
        var pending = new Pending<O, R>(operation, weight, bytes, accepted, ticker.getAsLong());
        int places = places(pending);
        if (depth.addAndGet(places) > settings.queueMax()) {
            depth.addAndGet(-places);
            metrics.refused(weight);
            pending.completeExceptionally(new OverloadedException(settings.queueMax()));
        } else if (closing || !queue.push(pending)) {
            depth.addAndGet(-places);
            pending.completeExceptionally(new ShuttingDownException());
        } else {
            if (accepted) {
                acceptedDepth.addAndGet(weight);
            }
            parking.wake();
        }
        return pending;
    }

    private int places(Pending<O, R> pending) {
        return Math.max(pending.weight, Math.min(pending.bytes / CommitSettings.PLACE_BYTES, settings.queueMax()));
    }

    int depth() {
        return depth.get();
    }

    int acceptedDepth() {
        return acceptedDepth.get();
    }

    /** Lets the writer finish what somebody waits for and what was accepted, until a time. */
    void close(long byNanos) {
        closeByNanos = byNanos;
        closing = true;
        parking.rouse();
    }

    /** Tells the callers that have waited too long. Called by the watchdog, beside the writer. */
    void expire() {
        watch.look();
        long now = ticker.getAsLong();
        var overdue = new ArrayList<Pending<O, R>>();
        queue.forEach(p -> collectOverdue(p, now, overdue));
        synchronized (backlog) {
            backlog.forEach(p -> collectOverdue(p, now, overdue));
        }
        inFlight.forEach(p -> collectOverdue(p, now, overdue));
        for (Pending<O, R> pending : overdue) {
            if (pending.completeExceptionally(new CommitTimeoutException(settings.timeout()))) {
                metrics.timedOut(pending.weight);
            }
        }
    }

    private void collectOverdue(Pending<O, R> pending, long now, Collection<Pending<O, R>> overdue) {
        if (!pending.isDone() && pending.overdue(now, timeoutNanos)) {
            overdue.add(pending);
        }
    }

    /** What the writer thread does, again and again, until it returns false: flush what waits, or sleep. */
    boolean step() {
        takeWaiting();
        long lingers = lingerLeft();
        if (lingers == 0) {
            flush(nextBatch());
            inFlight = List.of();
        } else if (closing) {
            // What was allowed to linger a moment ago is flushed in the next step.
            return !backlog.isEmpty() || !queue.closeIfEmpty();
        } else {
            parking.idle(Math.min(lingers, watch.probeInNanos()), () -> queue.isEmpty() && !closing);
        }
        if (!closing) {
            watch.probe();
        }
        return true;
    }

    private void takeWaiting() {
        Pending<O, R> newest = queue.takeAll();
        if (newest == null) {
            return;
        }
        var taken = new ArrayDeque<Pending<O, R>>();
        for (Pending<O, R> at = newest; at != null; at = at.next) {
            taken.addFirst(at);
        }
        synchronized (backlog) {
            backlog.addAll(taken);
        }
    }

    /** How long the backlog may wait for company: nothing when a caller waits, for ever when it is empty. */
    private long lingerLeft() {
        Pending<O, R> oldest = backlog.peekFirst();
        if (oldest == null) {
            return Long.MAX_VALUE;
        }
        if (closing) {
            return 0;
        }
        int operations = 0;
        for (Pending<O, R> pending : backlog) {
            operations += pending.weight;
            if (!pending.accepted || operations >= settings.lingerOperations()) {
                return 0;
            }
        }
        return Math.max(0, lingerNanos - (ticker.getAsLong() - oldest.submittedNanos));
    }

    /** Moves up to a batch from the backlog in flight, without those whose callers have given up: they never happen. */
    private List<Pending<O, R>> nextBatch() {
        var batch = new ArrayList<Pending<O, R>>();
        synchronized (backlog) {
            int operations = 0;
            long bytes = 0;
            for (Pending<O, R> first = backlog.peek(); first != null; first = backlog.peek()) {
                if (!batch.isEmpty() && (operations + first.weight > settings.batchMax()
                        || bytes + first.bytes > CommitSettings.BATCH_BYTES_MAX)) {
                    break;
                }
                backlog.remove();
                if (first.isDone()) {
                    release(first);
                } else {
                    operations += first.weight;
                    bytes += first.bytes;
                    batch.add(first);
                }
            }
            inFlight = batch;
        }
        return batch;
    }

    private void flush(List<Pending<O, R>> batch) {
        if (batch.isEmpty()) {
            return;
        }
        try {
            List<R> answers = applyUntilAnswered(batch);
            if (answers == null) {
                fail(batch, new ShuttingDownException());
            } else {
                complete(batch, answers);
            }
        } catch (RuntimeException | Error refusal) {
            if (batch.size() == 1 || refusal instanceof Error || refusal instanceof UnknownOutcomeException) {
                fail(batch, refusal);
            } else {
                int middle = batch.size() / 2;
                flush(batch.subList(0, middle));
                flush(batch.subList(middle, batch.size()));
            }
        }
    }

    /** The answers, or null when the writer is closing and has given up on the store. */
    private @Nullable List<R> applyUntilAnswered(List<Pending<O, R>> batch) {
        var operations = new ArrayList<O>(batch.size());
        int weight = 0;
        for (Pending<O, R> pending : batch) {
            operations.add(pending.operation);
            weight += pending.weight;
        }
        long number = ++sequence;
        long firstNanos = settings.retryDelay().toNanos();
        long mostNanos = Math.max(firstNanos, RETRY_MAX_NANOS);
        long retryNanos = firstNanos;
        while (!isGivenUp(batch)) {
            long started = ticker.getAsLong();
            try {
                List<R> answers = target.apply(number, operations);
                metrics.flushed(weight, ticker.getAsLong() - started);
                watch.succeeded();
                return answers;
            } catch (StoreUnavailableException unknown) {
                metrics.storeUnavailable();
                watch.failed(unknown, started);
            } catch (RuntimeException | Error refusal) {
                watch.failed(refusal, started);
                throw refusal;
            }
            pauseBeforeRetry(retryNanos, batch);
            retryNanos = Math.min(2 * retryNanos, mostNanos);
        }
        return null;
    }

    private void pauseBeforeRetry(long nanos, List<Pending<O, R>> batch) {
        long from = ticker.getAsLong();
        for (long left = nanos; left > 0 && !isGivenUp(batch); left = nanos - (ticker.getAsLong() - from)) {
            parking.pause(closing ? Math.clamp(closeByNanos - ticker.getAsLong(), 1, left) : left);
        }
    }

    /** When closing, a flush is repeated only while time is left and a caller waits for it or was told "accepted". */
    private boolean isGivenUp(List<Pending<O, R>> batch) {
        return closing && (ticker.getAsLong() - closeByNanos >= 0 || batch.stream().allMatch(Pending::isDone));
    }

    private void complete(List<Pending<O, R>> batch, List<R> answers) {
        if (answers.size() != batch.size()) {
            fail(batch, new IllegalStateException(answers.size() + " answers to " + batch.size() + " operations"));
            return;
        }
        for (int i = 0; i < batch.size(); i++) {
            Pending<O, R> pending = batch.get(i);
            release(pending);
            pending.complete(answers.get(i));
        }
    }

    private void fail(List<Pending<O, R>> batch, Throwable cause) {
        for (Pending<O, R> pending : batch) {
            release(pending);
            if (pending.accepted) {
                metrics.acceptedLost(pending.weight);
            }
            pending.completeExceptionally(cause);
        }
    }

    private void release(Pending<O, R> pending) {
        depth.addAndGet(-places(pending));
        if (pending.accepted) {
            acceptedDepth.addAndGet(-pending.weight);
        }
    }
}
