package io.tallygate.grpc.client;

import io.github.resilience4j.core.IntervalFunction;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.tallygate.counter.CounterKey;
import io.tallygate.counter.Increment;
import io.tallygate.counter.v1.CounterServiceGrpc;
import io.tallygate.counter.v1.FrameAck;
import io.tallygate.counter.v1.SessionStart;
import io.tallygate.counter.v1.StreamIncrementsRequest;
import io.tallygate.counter.v1.StreamIncrementsResponse;
import io.tallygate.ledger.Change;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
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

    private static final String FRAME_NUMBER_REUSED = "FRAME_NUMBER_REUSED";
    private static final IntervalFunction PAUSE_MILLIS = IntervalFunction.ofExponentialRandomBackoff(100, 2.0, 0.5,
            10_000);

    private final ManagedChannel channel;
    private final SessionSettings settings;
    private final LongSupplier ticker;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("tallygate-increment-session").factory());

    private final ReentrantLock lock = new ReentrantLock();
    /** Guarded by the lock, as is all below: something is not pending any more, or the session has ended. */
    private final Condition progress = lock.newCondition();
    private final ArrayDeque<PendingBatch> waiting = new ArrayDeque<>();
    /** In order of their numbers. */
    private final ArrayList<PendingFrame> unacknowledged = new ArrayList<>();
    private int pending;
    /** The session's name, to begin each connection with. */
    private StreamIncrementsRequest start;
    /** How many of the unacknowledged frames were sent on an earlier connection: the first ones. */
    private int sentBefore;
    private long lastSequence;
    private int failedConnections;
    private @Nullable Connection connection;
    private boolean closed;
    private @Nullable UnacknowledgedException ended;

    private IncrementSession(ManagedChannel channel, SessionSettings settings, String id, LongSupplier ticker) {
        this.channel = channel;
        this.settings = settings;
        this.ticker = ticker;
        this.start = start(id);
    }

    private StreamIncrementsRequest start(String id) {
        return StreamIncrementsRequest.newBuilder()
                .setStart(SessionStart.newBuilder().setSessionId(id).setValuesWanted(settings.valuesWanted())).build();
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
        session.connect();
        long checkMillis = Math.max(1, settings.acknowledgeAfter().toMillis() / 4);
        var _ = session.timer.scheduleWithFixedDelay(session::checkSilence, checkMillis, checkMillis,
                TimeUnit.MILLISECONDS);
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
            while (!hasRoom(batch)) {
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
            return hasRoom(batch) ? Optional.of(take(batch)) : Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    private boolean hasRoom(PendingBatch batch) {
        return closed || ended != null || pending + batch.size() <= settings.pendingMax();
    }

    private CompletionStage<BatchOutcome> take(PendingBatch batch) {
        if (closed) {
            throw new IllegalStateException("the session is closed");
        }
        if (ended != null) {
            batch.outcome().completeExceptionally(ended);
        } else {
            waiting.add(batch);
            pending += batch.size();
            send();
        }
        // A view: a caller must not be able to complete it for the others.
        return batch.outcome().minimalCompletionStage();
    }

    private void connect() {
        lock.lock();
        try {
            if (ended == null) {
                channel.resetConnectBackoff();
                var next = new Connection();
                connection = next;
                var _ = CounterServiceGrpc.newStub(channel).streamIncrements(next);
                next.out().onNext(start);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Sends what this connection has not seen yet, then new frames, as far as both sides have room. Under the lock. */
    private void send() {
        Connection current = connection;
        while (current != null && current.hasRoom()) {
            if (current.sent == unacknowledged.size()) {
                if (waiting.isEmpty()) {
                    return;
                }
                unacknowledged.add(PendingFrame.pack(++lastSequence, waiting));
            }
            current.send(unacknowledged.get(current.sent).message());
        }
    }

    private void received(Connection from, StreamIncrementsResponse message) {
        PendingFrame stored = null;
        boolean shared = true;
        lock.lock();
        try {
            if (from != connection) {
                return;
            }
            from.lastHeardNanos = ticker.getAsLong();
            if (message.hasStarted()) {
                from.framesInFlightMax = message.getStarted().getFramesInFlightMax();
            }
            if (!message.hasAck() || !isOfAnotherClient(from, message.getAck())) {
                stored = message.hasAck() ? acknowledged(from, message.getAck()) : null;
                send();
                shared = false;
            }
        } finally {
            lock.unlock();
        }
        if (shared) {
            giveUpForGood(from);
        }
        if (stored != null) {
            stored.complete(message.getAck());
            told(stored);
        }
    }

    /** Only now is it over: whoever waits in {@link #close()} finds every stage completed. */
    private void told(PendingFrame frame) {
        lock.lock();
        try {
            pending -= frame.size();
            progress.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void giveUpForGood(Connection from) {
        var failure = new UnacknowledgedException(
                "another client uses the session's name: what was not acknowledged may"
                        + " be stored or not");
        List<PendingBatch> orphans;
        lock.lock();
        try {
            orphans = end(failure);
            from.out().cancel("another client uses the session's name", null);
        } finally {
            lock.unlock();
        }
        fail(orphans, failure);
    }

    /** Of a frame that was never sent before, the server cannot know from this client, nor of later ones. */
    private boolean isOfAnotherClient(Connection from, FrameAck ack) {
        return ack.getOutcomesUnknown() && sentBefore == 0 && from.sent > 0;
    }

    private @Nullable PendingFrame acknowledged(Connection from, FrameAck ack) {
        if (from.sent == 0 || unacknowledged.getFirst().sequence() != ack.getSequence()) {
            giveUp(from, "frame " + ack.getSequence() + " was acknowledged out of order");
            return null;
        }
        PendingFrame first = unacknowledged.removeFirst();
        from.sent--;
        sentBefore = Math.max(0, sentBefore - 1);
        failedConnections = 0;
        return first;
    }

    private void lost(Connection which, Throwable cause) {
        Status status = Status.fromThrowable(cause);
        var failure = new UnacknowledgedException("the server ended the session: " + status.getDescription(),
                status.asRuntimeException());
        List<PendingBatch> orphans = List.of();
        lock.lock();
        try {
            if (which != connection) {
                return;
            }
            connection = null;
            sentBefore = Math.max(sentBefore, which.sent);
            if (Failures.reason(cause).equals(FRAME_NUMBER_REUSED)) {
                startAnew();
            } else {
                switch (status.getCode()) {
                    case INVALID_ARGUMENT, UNAUTHENTICATED, PERMISSION_DENIED, UNIMPLEMENTED, ABORTED ->
                        orphans = end(failure);
                    default -> connectLater();
                }
            }
        } finally {
            lock.unlock();
        }
        fail(orphans, failure);
    }

    /**
     * Another client has this session's name, and its frame took the number of the first one that is not acknowledged. So
     * none of these was stored: the store takes the frames of a name in the order of their numbers. All are sent again
     * under a new name, where no number is taken.
     */
    private void startAnew() {
        start = start(UUID.randomUUID().toString());
        sentBefore = 0;
        connectLater();
    }

    private void connectLater() {
        if (ended == null) {
            // What was sent may be stored or not; the next connection sends it again.
            var _ = timer.schedule(this::connect, PAUSE_MILLIS.apply(++failedConnections), TimeUnit.MILLISECONDS);
        }
    }

    private void giveUp(Connection current, String reason) {
        connection = null;
        sentBefore = Math.max(sentBefore, current.sent);
        current.out().cancel(reason, null);
        connectLater();
    }

    /** A server that owes an answer and is silent may be there no more: only another connection can tell. */
    private void checkSilence() {
        lock.lock();
        try {
            Connection current = connection;
            if (current == null || !current.isOwed()
                    || ticker.getAsLong() - current.lastHeardNanos < settings.acknowledgeAfter().toNanos()) {
                return;
            }
            giveUp(current, "no answer within " + settings.acknowledgeAfter());
            channel.enterIdle();
        } finally {
            lock.unlock();
        }
    }

    /** For good. Under the lock; whoever waits is told outside of it, as what follows on a stage is the caller's code. */
    private List<PendingBatch> end(UnacknowledgedException failure) {
        if (ended != null) {
            return List.of();
        }
        ended = failure;
        connection = null;
        timer.shutdownNow();
        progress.signalAll();
        var orphans = new ArrayList<PendingBatch>();
        unacknowledged.forEach(frame -> orphans.addAll(frame.batches()));
        orphans.addAll(waiting);
        unacknowledged.clear();
        waiting.clear();
        orphans.forEach(batch -> pending -= batch.size());
        return orphans;
    }

    private static void fail(List<PendingBatch> orphans, UnacknowledgedException failure) {
        orphans.forEach(batch -> batch.outcome().completeExceptionally(failure));
    }

    /**
     * Takes no more, waits until everything is acknowledged or the time for that is over, and ends the session. What is not
     * acknowledged then fails; every stage has completed when this returns. An interrupt ends the wait. Not to be called
     * by what follows on a stage, which this waits for.
     */
    @Override
    public void close() {
        var failure = new UnacknowledgedException("the session was closed before the batch was acknowledged");
        List<PendingBatch> orphans;
        lock.lock();
        try {
            closed = true;
            awaitDrained();
            Connection current = connection;
            if (current != null && pending == 0) {
                current.out().onCompleted();
            } else if (current != null) {
                current.out().cancel("the session is closed", null);
            }
            orphans = end(failure);
        } finally {
            lock.unlock();
        }
        fail(orphans, failure);
    }

    private void awaitDrained() {
        try {
            long left = settings.closeTimeout().toNanos();
            while (pending > 0 && left > 0) {
                left = progress.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** One stream of the session. All but the callbacks is under the lock. */
    private final class Connection
            implements
                ClientResponseObserver<StreamIncrementsRequest, StreamIncrementsResponse> {

        private @Nullable ClientCallStreamObserver<StreamIncrementsRequest> out;
        /** How many of the unacknowledged frames went out here: the first ones. */
        private int sent;
        /** 0 until the server has said that the session is open. */
        private int framesInFlightMax;
        /** When something came, or when there was nothing to wait for. */
        private long lastHeardNanos = ticker.getAsLong();

        @Override
        public void beforeStart(ClientCallStreamObserver<StreamIncrementsRequest> requests) {
            out = requests;
            requests.setOnReadyHandler(this::ready);
        }

        private ClientCallStreamObserver<StreamIncrementsRequest> out() {
            ClientCallStreamObserver<StreamIncrementsRequest> started = out;
            if (started == null) {
                throw new IllegalStateException("not started");
            }
            return started;
        }

        private void ready() {
            lock.lock();
            try {
                if (this == connection) {
                    IncrementSession.this.send();
                }
            } finally {
                lock.unlock();
            }
        }

        private boolean hasRoom() {
            return sent < framesInFlightMax && out().isReady();
        }

        private void send(StreamIncrementsRequest message) {
            if (sent == 0) {
                lastHeardNanos = ticker.getAsLong();
            }
            sent++;
            out().onNext(message);
        }

        /** Whether the server has something to answer. */
        private boolean isOwed() {
            return framesInFlightMax == 0 || sent > 0;
        }

        @Override
        public void onNext(StreamIncrementsResponse message) {
            received(this, message);
        }

        @Override
        public void onError(Throwable failure) {
            lost(this, failure);
        }

        @Override
        public void onCompleted() {
            lost(this, Status.UNAVAILABLE.withDescription("the server ended the stream").asRuntimeException());
        }
    }
}
