package io.tallygate.grpc.client;

import io.github.resilience4j.core.IntervalFunction;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.tallygate.counter.v1.CounterServiceGrpc;
import io.tallygate.counter.v1.SessionStart;
import io.tallygate.counter.v1.StreamIncrementsRequest;
import io.tallygate.counter.v1.StreamIncrementsResponse;
import io.tallygate.grpc.client.SessionWindow.Acknowledged;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A session's way to the server: one stream at a time, and after it is lost another one, with growing pauses. It sends what
 * the session's window has as far as both sides have room, and tells the window what the server says. Shares the session's
 * lock, under which everything but the callbacks is.
 */
final class SessionConnection {

    private static final String FRAME_NUMBER_REUSED = "FRAME_NUMBER_REUSED";
    private static final IntervalFunction PAUSE_MILLIS = IntervalFunction.ofExponentialRandomBackoff(100, 2.0, 0.5,
            10_000);

    /** The session, which is told without the lock, as what follows on a stage is the caller's code. */
    interface Owner {

        /** The batches of this frame are stored, and were told so. */
        void stored(PendingFrame frame);

        /** The session cannot go on; no stream is opened any more. */
        void failed(UnacknowledgedException failure);
    }

    private final ManagedChannel channel;
    private final SessionSettings settings;
    private final LongSupplier ticker;
    private final ReentrantLock lock;
    private final SessionWindow window;
    private final Owner owner;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("tallygate-increment-session").factory());

    // Guarded by the lock.
    /** The session's name, to begin each stream with. */
    private StreamIncrementsRequest start;
    private int failedStreams;
    private @Nullable Stream stream;
    private boolean stopped;

    /**
     * A connection that is not open yet.
     *
     * @param id     the session's name at first
     * @param ticker nanoseconds from any start
     */
    SessionConnection(ManagedChannel channel, SessionSettings settings, String id, LongSupplier ticker,
            ReentrantLock lock, SessionWindow window, Owner owner) {
        this.channel = channel;
        this.settings = settings;
        this.ticker = ticker;
        this.lock = lock;
        this.window = window;
        this.owner = owner;
        this.start = start(id);
    }

    private StreamIncrementsRequest start(String id) {
        return StreamIncrementsRequest.newBuilder()
                .setStart(SessionStart.newBuilder().setSessionId(id).setValuesWanted(settings.valuesWanted())).build();
    }

    /** Returns at once; the server need not be there yet. */
    void open() {
        connect();
        long checkMillis = Math.max(1, settings.acknowledgeAfter().toMillis() / 4);
        var _ = timer.scheduleWithFixedDelay(this::checkSilence, checkMillis, checkMillis, TimeUnit.MILLISECONDS);
    }

    private void connect() {
        lock.lock();
        try {
            if (!stopped) {
                channel.resetConnectBackoff();
                var next = new Stream();
                stream = next;
                var _ = CounterServiceGrpc.newStub(channel).streamIncrements(next);
                next.out().onNext(start);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Sends what this stream has not seen yet, then new frames, as far as both sides have room. Under the lock. */
    void send() {
        Stream current = stream;
        while (current != null && current.hasRoom() && window.hasNext()) {
            if (window.sent() == 0) {
                current.heard();
            }
            current.out().onNext(window.next().message());
        }
    }

    private void received(Stream from, StreamIncrementsResponse message) {
        PendingFrame stored = null;
        boolean ofAnotherClient = false;
        lock.lock();
        try {
            if (from != stream) {
                return;
            }
            from.heard();
            if (message.hasStarted()) {
                from.framesInFlightMax = message.getStarted().getFramesInFlightMax();
            }
            if (message.hasAck()) {
                switch (window.acknowledge(message.getAck())) {
                    case Acknowledged.Stored(PendingFrame frame) -> {
                        stored = frame;
                        failedStreams = 0;
                    }
                    case Acknowledged.OutOfOrder() -> giveUp(from,
                            "frame " + message.getAck().getSequence() + " was acknowledged out of order");
                    case Acknowledged.OfAnotherClient() -> {
                        ofAnotherClient = true;
                        disconnect(from, "another client uses the session's name");
                    }
                }
            }
            send();
        } finally {
            lock.unlock();
        }
        if (ofAnotherClient) {
            owner.failed(new UnacknowledgedException("another client uses the session's name: what was not acknowledged"
                    + " may be stored or not"));
        }
        if (stored != null) {
            stored.complete(message.getAck());
            owner.stored(stored);
        }
    }

    private void lost(Stream which, Throwable cause) {
        Status status = Status.fromThrowable(cause);
        boolean forGood = false;
        lock.lock();
        try {
            if (which != stream) {
                return;
            }
            stream = null;
            window.disconnected();
            if (Failures.reason(cause).equals(FRAME_NUMBER_REUSED)) {
                window.renamed();
                start = start(UUID.randomUUID().toString());
                connectLater();
            } else if (isForGood(status.getCode()) || Failures.isBeyondALimit(cause)) {
                forGood = true;
            } else {
                connectLater();
            }
        } finally {
            lock.unlock();
        }
        if (forGood) {
            owner.failed(new UnacknowledgedException("the server ended the session: " + status.getDescription(),
                    status.asRuntimeException()));
        }
    }

    private static boolean isForGood(Status.Code code) {
        return switch (code) {
            case INVALID_ARGUMENT, UNAUTHENTICATED, PERMISSION_DENIED, UNIMPLEMENTED, ABORTED -> true;
            default -> false;
        };
    }

    private void connectLater() {
        if (!stopped) {
            var _ = timer.schedule(this::connect, PAUSE_MILLIS.apply(++failedStreams), TimeUnit.MILLISECONDS);
        }
    }

    private void giveUp(Stream current, String reason) {
        disconnect(current, reason);
        connectLater();
    }

    private void disconnect(Stream current, String reason) {
        stream = null;
        window.disconnected();
        current.out().cancel(reason, null);
    }

    /** A server that owes an answer and is silent may be there no more: only another connection can tell. */
    private void checkSilence() {
        lock.lock();
        try {
            Stream current = stream;
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

    /** Ends the stream, and opens no other. Under the lock. */
    void stop() {
        stopped = true;
        timer.shutdownNow();
        Stream current = stream;
        stream = null;
        if (current != null && window.isEmpty()) {
            current.out().onCompleted();
        } else if (current != null) {
            current.out().cancel("the session is closed", null);
        }
    }

    /** One stream. All but the callbacks is under the lock. */
    private final class Stream implements ClientResponseObserver<StreamIncrementsRequest, StreamIncrementsResponse> {

        private @Nullable ClientCallStreamObserver<StreamIncrementsRequest> out;
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
                if (this == stream) {
                    send();
                }
            } finally {
                lock.unlock();
            }
        }

        private boolean hasRoom() {
            return window.sent() < framesInFlightMax && out().isReady();
        }

        private void heard() {
            lastHeardNanos = ticker.getAsLong();
        }

        /** Whether the server has something to answer. */
        private boolean isOwed() {
            return framesInFlightMax == 0 || window.sent() > 0;
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
