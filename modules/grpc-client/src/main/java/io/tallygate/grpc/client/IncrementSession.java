package io.tallygate.grpc.client;

import io.grpc.ManagedChannel;
import io.tallygate.counter.CounterKey;
import io.tallygate.counter.Increment;
import io.tallygate.ledger.Change;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Increments without end over one {@code StreamIncrements}, for writers that send more than calls can carry.
 *
 * <p>Batches are put into numbered frames, as many of them into each as wait at that moment. A lost connection is opened
 * again, with growing pauses, and what was not acknowledged is sent again unchanged under its number. So a batch whose
 * stage completes is stored exactly once, whatever happened on the way; only a stage that fails leaves it open. Where
 * another client has the same name, as one that was restored from the same image has, it goes on under a new one. The batches
 * of one thread are applied in the order in which they were submitted. Thread-safe.
 *
 * <pre>{@code
 * ManagedChannel channel = NettyChannelBuilder.forAddress("counters", 9090).keepAliveTime(30, SECONDS).build();
 * try (var session = IncrementSession.open(channel, SessionSettings.defaults())) {
 *     session.submit(List.of(Increment.of(CounterKey.of("article-7", "views"), 1)));
 * }
 * }</pre>
 */
public final class IncrementSession implements AutoCloseable {

    /**
     * The most increments in one batch: with the longest names, each of 531 bytes with its number and delta, they still fit
     * in one message of 4 MiB.
     */
    public static final int BATCH_MAX = 7_500;

    private final SessionSettings settings;
    private final ReentrantLock lock = new ReentrantLock();
    /** Something is not pending any more, or the session has ended. */
    private final Condition progress = lock.newCondition();

    // Guarded by the lock.
    private final SessionWindow window;
    private final SessionConnection connection;
    private boolean closed;
    private @Nullable UnacknowledgedException ended;

    private IncrementSession(ManagedChannel channel, SessionSettings settings, String id, LongSupplier ticker) {
        this.settings = settings;
        this.window = new SessionWindow(settings.pendingMax());
        this.connection = new SessionConnection(channel, settings, id, ticker, lock, window,
                new SessionConnection.Owner() {
                    @Override
                    public void stored(PendingFrame frame) {
                        told(frame);
                    }

                    @Override
                    public void failed(UnacknowledgedException failure) {
                        end(failure);
                    }
                });
    }

    /**
     * Opens a session of its own and returns at once; the server need not be there yet.
     *
     * @param channel stays its owner's, who closes it after the session. It carries the token, the encryption and the
     *                keep-alive
     */
    public static IncrementSession open(ManagedChannel channel, SessionSettings settings) {
        return open(channel, settings, UUID.randomUUID().toString(), System::nanoTime);
    }

    /** @param ticker nanoseconds from any start */
    static IncrementSession open(ManagedChannel channel, SessionSettings settings, String id, LongSupplier ticker) {
        var session = new IncrementSession(channel, settings, id, ticker);
        session.connection.open();
        return session;
    }

    /**
     * Submits increments that are stored in one atomic step. Waits while too many are pending.
     *
     * @param increments 1 to {@link #BATCH_MAX}
     * @return completes when they are stored, on a thread of the channel that must not be kept waiting; fails with
     *         {@link UnacknowledgedException} when the session ends first
     * @throws io.tallygate.kernel.InvalidInputException when there are none or too many
     * @throws IllegalStateException                     when the session was closed
     */
    public CompletionStage<BatchOutcome> submit(List<Change.Add> increments) throws InterruptedException {
        var batch = PendingBatch.of(increments);
        lock.lockInterruptibly();
        try {
            while (!hasRoomFor(batch)) {
                progress.await();
            }
            return take(batch);
        } finally {
            lock.unlock();
        }
    }

    /**
     * The same for callers that must not wait.
     *
     * @return empty when too many are pending; nothing was submitted then
     */
    public Optional<CompletionStage<BatchOutcome>> trySubmit(List<Change.Add> increments) {
        var batch = PendingBatch.of(increments);
        lock.lock();
        try {
            return hasRoomFor(batch) ? Optional.of(take(batch)) : Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    private boolean hasRoomFor(PendingBatch batch) {
        return closed || ended != null || window.hasRoomFor(batch);
    }

    private CompletionStage<BatchOutcome> take(PendingBatch batch) {
        if (closed) {
            throw new IllegalStateException("the session is closed");
        }
        if (ended != null) {
            batch.outcome().completeExceptionally(ended);
        } else {
            window.add(batch);
            connection.send();
        }
        // A view: a caller must not be able to complete it for the others.
        return batch.outcome().minimalCompletionStage();
    }

    /** Only now is it over: whoever waits in {@link #close()} finds every stage completed. */
    private void told(PendingFrame frame) {
        lock.lock();
        try {
            window.told(frame);
            progress.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** For good; the first failure counts. */
    private void end(UnacknowledgedException failure) {
        List<PendingBatch> orphans;
        lock.lock();
        try {
            if (ended != null) {
                return;
            }
            ended = failure;
            connection.stop();
            orphans = window.abandon();
            progress.signalAll();
        } finally {
            lock.unlock();
        }
        // Outside of the lock, as what follows on a stage is the caller's code.
        orphans.forEach(batch -> batch.outcome().completeExceptionally(failure));
    }

    /**
     * Takes no more, waits until everything is acknowledged or the time for that is over, and ends the session. What is not
     * acknowledged then fails; every stage has completed when this returns. An interrupt ends the wait. Not to be called
     * by what follows on a stage, which this waits for.
     */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            awaitDrained();
        } finally {
            lock.unlock();
        }
        end(new UnacknowledgedException("the session was closed before the batch was acknowledged"));
    }

    private void awaitDrained() {
        try {
            long left = settings.closeTimeout().toNanos();
            while (!window.isEmpty() && left > 0) {
                left = progress.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
