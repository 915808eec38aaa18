package io.tallygate.kernel;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
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
 * <p><b>The writer is a role.</b> Whoever holds it flushes; one does at a time. The writer thread takes it when there is
 * something to do. While {@link CommitPlace} says so, an event loop takes it for one flush at the end of a round, when it has
 * read all the requests that were ready, and completes their callers where they are. It never waits: when the role is taken,
 * what it read stays in the queue, and whoever has the role looks there after letting it go (flat combining: D. Hendler,
 * I. Incze, N. Shavit and M. Tzafrir, 2010). It never sleeps either: a flush that the store did not answer it leaves to the
 * writer thread.
 *
 * <p>A target may answer later, as one in another process does. Nobody has the role meanwhile, and none is needed: the
 * thread that the answer comes on takes it, completes the callers there, and begins the next flush.
 *
 * <p>Implementation: submitting is one compare-and-set on {@link CommitQueue}. Who finds the queue empty sees to it that
 * somebody takes what is in it: its event loop, or the writer thread, which costs an unpark when that is idle. The holder of
 * the role moves what it took into a backlog, which the watchdog reads too, under its monitor; both enter it once a flush,
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
    private final CommitPlace place;
    private final long timeoutNanos;
    private final long lingerNanos;

    private final CommitQueue<O, R> queue = new CommitQueue<>();
    private final ArrayDeque<Pending<O, R>> backlog = new ArrayDeque<>();
    private final AtomicInteger depth = new AtomicInteger();
    private final AtomicInteger acceptedDepth = new AtomicInteger();

    private final ReentrantLock role = new ReentrantLock();
    /** What is being flushed, in parts that are flushed one after the other. Guarded by the role, as are the next two. */
    private final ArrayDeque<List<Pending<O, R>>> parts = new ArrayDeque<>();
    /** A flush that the store has not answered. */
    private @Nullable Unanswered<O, R> unanswered;
    private long sequence;
    /** A flush that the store will answer; written by whoever has the role. */
    private volatile @Nullable Underway<O, R> underway;

    private volatile List<Pending<O, R>> inFlight = List.of();
    /** The writer thread has something to do that is not in the queue. */
    private volatile boolean called;
    private volatile boolean closing;
    private volatile long closeByNanos;

    /** Sent with its number and its operations, and again after a pause where it was sent before. */
    private record Unanswered<O, R>(long number, List<Pending<O, R>> batch, List<O> operations, long pauseNanos) {

        Unanswered<O, R> later(long firstPauseNanos) {
            return new Unanswered<>(number, batch, operations,
                    pauseNanos == 0
                            ? firstPauseNanos
                            : Math.min(2 * pauseNanos, Math.max(firstPauseNanos, RETRY_MAX_NANOS)));
        }
    }

    private record Underway<O, R>(Unanswered<O, R> flush, long startedNanos, CompletableFuture<List<R>> answer) {}

    GroupCommit(FlushTarget<O, R> target, CommitSettings settings, CommitMetrics metrics, WriteWatch watch,
            LongSupplier ticker, Parking parking, CommitPlace place) {
        this.target = target;
        this.settings = settings;
        this.metrics = metrics;
        this.watch = watch;
        this.ticker = ticker;
        this.parking = parking;
        this.place = place;
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
            if (pending.isFirst()) {
                seeToIt();
            }
        }
        return pending;
    }

    /** The queue is no longer empty. */
    private void seeToIt() {
        if (underway != null) {
            // Whoever takes in the answer looks into the queue then.
            return;
        }
        Executor loop = place.here();
        if (loop == null) {
            parking.wake();
            return;
        }
        try {
            loop.execute(this::endRound);
        } catch (RejectedExecutionException shuttingDown) {
            parking.wake();
        }
    }

    /** What an event loop does once it has read everything that was ready: one flush, or none if that is not its part. */
    private void endRound() {
        if (closing || !place.isInline() || !target.isFree()) {
            parking.wake();
        } else if (!role.isHeldByCurrentThread() && role.tryLock()) {
            flushHere();
        }
    }

    /** The answer to what was under way has come, on this thread. */
    private void answered() {
        if (!closing && !role.isHeldByCurrentThread() && role.tryLock()) {
            flushHere();
        } else {
            call();
        }
    }

    /** By a thread that has just taken the role and must not sleep. */
    private void flushHere() {
        boolean more = true;
        try {
            more = !flushOnce();
        } finally {
            role.unlock();
            if (more) {
                call();
            } else if (underway == null && !queue.isEmpty()) {
                parking.wake();
            }
        }
    }

    /** Whether the writer thread has nothing to do; what lingers, too, is for it, as it knows how long. */
    private boolean flushOnce() {
        if (isUnderway()) {
            return true;
        }
        if (unanswered != null) {
            return false;
        }
        if (parts.isEmpty()) {
            takeWaiting();
            if (lingerLeft() == 0) {
                begin(nextBatch());
            }
        }
        flushParts(false);
        return underway != null || (parts.isEmpty() && backlog.isEmpty());
    }

    /** Whether an answer is still to come. One that has come is taken in. */
    private boolean isUnderway() {
        Underway<O, R> current = underway;
        if (current == null) {
            return false;
        }
        if (!current.answer().isDone()) {
            return true;
        }
        underway = null;
        takeIn(current);
        if (parts.isEmpty()) {
            inFlight = List.of();
        }
        return false;
    }

    private void call() {
        called = true;
        parking.wake();
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
        if (!queue.isEmpty()) {
            // The event loop that was to see to it may be held up by something else.
            parking.wake();
        }
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
        called = false;
        boolean waits;
        long lingers = 0;
        boolean open = true;
        role.lock();
        try {
            waits = isUnderway();
            if (!waits) {
                takeWaiting();
                lingers = parts.isEmpty() ? lingerLeft() : 0;
                if (lingers == 0) {
                    if (parts.isEmpty()) {
                        begin(nextBatch());
                    }
                    flushParts(true);
                } else if (closing) {
                    // What was allowed to linger a moment ago is flushed in the next step.
                    open = !backlog.isEmpty() || !queue.closeIfEmpty();
                }
            }
        } finally {
            role.unlock();
        }
        if (waits) {
            parking.idle(watch.probeInNanos(), () -> underway != null && !called);
        } else if (lingers > 0 && !closing) {
            parking.idle(Math.min(lingers, watch.probeInNanos()), () -> queue.isEmpty() && !called && !closing);
        }
        if (!closing) {
            watch.probe();
        }
        return open;
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
        if (target.isEnough(this::lingering)) {
            return 0;
        }
        return Math.max(0, lingerNanos - (ticker.getAsLong() - oldest.submittedNanos));
    }

    private Iterator<O> lingering() {
        return backlog.stream().map(pending -> pending.operation).iterator();
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

    private void begin(List<Pending<O, R>> batch) {
        if (!batch.isEmpty()) {
            parts.add(batch);
        }
    }

    /**
     * Flushes what was begun. A part that is refused is flushed in halves, down to the operation that fails alone.
     *
     * @param mayWait whether to wait for a store that does not answer, and ask it again; else that is left to who may
     */
    private void flushParts(boolean mayWait) {
        while (!parts.isEmpty() && underway == null) {
            List<Pending<O, R>> part = parts.element();
            Unanswered<O, R> attempt = unanswered == null ? numbered(part) : unanswered;
            unanswered = attempt;
            if (attempt.pauseNanos() > 0) {
                if (!mayWait) {
                    return;
                }
                pauseBeforeRetry(attempt.pauseNanos(), part);
            }
            if (isGivenUp(part)) {
                settled();
                fail(part, new ShuttingDownException());
            } else {
                attempt(attempt);
            }
        }
        if (parts.isEmpty()) {
            inFlight = List.of();
        }
    }

    private Unanswered<O, R> numbered(List<Pending<O, R>> part) {
        var operations = new ArrayList<O>(part.size());
        for (Pending<O, R> pending : part) {
            operations.add(pending.operation);
        }
        return new Unanswered<>(++sequence, part, operations, 0);
    }

    /** The first part has its answer. */
    private void settled() {
        unanswered = null;
        parts.remove();
    }

    private void attempt(Unanswered<O, R> flush) {
        var current = new Underway<>(flush, ticker.getAsLong(), apply(flush));
        if (current.answer().isDone()) {
            takeIn(current);
        } else {
            underway = current;
            var _ = current.answer().whenComplete((_, _) -> answered());
        }
    }

    private CompletableFuture<List<R>> apply(Unanswered<O, R> flush) {
        try {
            return target.apply(flush.number(), flush.operations()).toCompletableFuture();
        } catch (RuntimeException | Error failure) {
            return CompletableFuture.failedFuture(failure);
        }
    }

    private void takeIn(Underway<O, R> attempt) {
        Unanswered<O, R> flush = attempt.flush();
        long started = attempt.startedNanos();
        long now = ticker.getAsLong();
        // Whether it was answered or not: what waited in vain has held up its event loop, too.
        place.committed(now, now - started);
        if (attempt.answer().isCompletedExceptionally()) {
            failed(flush, started, StageFailures.cause(attempt.answer().exceptionNow()));
            return;
        }
        settled();
        try {
            metrics.flushed(weight(flush.batch()), now - started);
            watch.succeeded();
        } finally {
            complete(flush.batch(), attempt.answer().join());
        }
    }

    private void failed(Unanswered<O, R> flush, long startedNanos, Throwable failure) {
        watch.failed(failure, startedNanos);
        if (failure instanceof StoreUnavailableException) {
            metrics.storeUnavailable();
            unanswered = flush.later(settings.retryDelay().toNanos());
        } else {
            refused(flush.batch(), failure);
        }
    }

    private void refused(List<Pending<O, R>> part, Throwable refusal) {
        settled();
        if (part.size() == 1 || refusal instanceof Error || refusal instanceof UnknownOutcomeException) {
            fail(part, refusal);
        } else {
            int middle = part.size() / 2;
            parts.addFirst(part.subList(middle, part.size()));
            parts.addFirst(part.subList(0, middle));
        }
    }

    private static <O, R> int weight(List<Pending<O, R>> batch) {
        int weight = 0;
        for (Pending<O, R> pending : batch) {
            weight += pending.weight;
        }
        return weight;
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
