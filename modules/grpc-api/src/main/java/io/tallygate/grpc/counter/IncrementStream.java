package io.tallygate.grpc.counter;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.tallygate.counter.v1.Frame;
import io.tallygate.counter.v1.FrameAck;
import io.tallygate.counter.v1.SessionStart;
import io.tallygate.counter.v1.SessionStarted;
import io.tallygate.counter.v1.StreamIncrementsRequest;
import io.tallygate.counter.v1.StreamIncrementsResponse;
import io.tallygate.grpc.Calls;
import io.tallygate.grpc.Failure;
import io.tallygate.grpc.GrpcProblem;
import io.tallygate.grpc.ItemLimits;
import io.tallygate.kernel.Asked;
import io.tallygate.kernel.InvalidInputException;
import io.tallygate.kernel.ShuttingDownException;
import io.tallygate.kernel.UnavailableException;
import io.tallygate.ledger.Change;
import io.tallygate.ledger.ForeignFlushException;
import io.tallygate.ledger.FrameResult;
import io.tallygate.ledger.LedgerPeer;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One stream of increments: reads a session's frames, has them stored one after the other, and acknowledges each. A
 * session that comes again on another stream is taken from this one, and the other waits until this one's frame at the
 * store is decided, so that a session's frames are always in order. Thread-safe.
 *
 * <p>Flow control: it asks for {@value #FRAMES_IN_FLIGHT_MAX} frames, and for one more with each acknowledgement, but
 * only while the client takes what was sent. So neither direction holds more than that many.
 */
final class IncrementStream implements StreamObserver<StreamIncrementsRequest> {

    static final int FRAMES_IN_FLIGHT_MAX = 4;

    /** A frame that was read and is in order. */
    private record Read(long sequence, List<Change.Add> increments) {}

    private final IncrementStreams streams;
    private final LedgerPeer peer;
    private final @Nullable ItemLimits limits;
    private final ServerCallStreamObserver<StreamIncrementsResponse> out;
    private final String caller;
    private final @Nullable String requestId;
    /** Completes when this stream has ended and no frame that it sent is on its way to the store. */
    private final CompletableFuture<Void> settled = new CompletableFuture<>();

    // Guarded by this.
    private final ArrayDeque<Read> unsent = new ArrayDeque<>(FRAMES_IN_FLIGHT_MAX);
    private @Nullable String session;
    private boolean valuesWanted;
    private long lastSequence;
    private boolean predecessorSettled;
    private boolean atStore;
    private int owedRequests;
    private boolean halfClosed;
    private boolean draining;
    private boolean ended;

    /** @param limits what its operations are counted by; null where nothing limits them */
    IncrementStream(IncrementStreams streams, LedgerPeer peer, @Nullable ItemLimits limits,
            ServerCallStreamObserver<StreamIncrementsResponse> out, String caller, @Nullable String requestId) {
        this.streams = streams;
        this.peer = peer;
        this.limits = limits;
        this.out = out;
        this.caller = caller;
        this.requestId = requestId;
    }

    /** Called within the call's own start, as the observer demands. */
    void begin() {
        out.disableAutoRequest();
        out.setOnCancelHandler(this::cancelled);
        out.setOnReadyHandler(this::requestOwed);
        out.request(1);
    }

    void refuse(Failure refusal) {
        out.setOnCancelHandler(() -> {});
        synchronized (this) {
            ended = true;
            out.onError(refusal.exception());
        }
    }

    @Override
    public void onNext(StreamIncrementsRequest message) {
        synchronized (this) {
            if (ended) {
                return;
            }
            try {
                switch (message.getMessageCase()) {
                    case START -> start(message.getStart());
                    case FRAME -> read(message.getFrame());
                    case MESSAGE_NOT_SET -> throw new InvalidInputException("message", "",
                            "must be start or frame");
                }
            } catch (RuntimeException e) {
                end(Calls.status(e, Asked.ADD, requestId));
            }
        }
        advance();
    }

    private void start(SessionStart start) {
        if (session != null) {
            throw new InvalidInputException("start", "", "must be the first message, and no other");
        }
        String id = caller + ':' + Frames.session(start);
        session = id;
        valuesWanted = start.getValuesWanted();
        var _ = streams.take(id, this).thenRun(this::predecessorSettled);
        out.onNext(StreamIncrementsResponse.newBuilder()
                .setStarted(SessionStarted.newBuilder().setFramesInFlightMax(FRAMES_IN_FLIGHT_MAX)).build());
        out.request(FRAMES_IN_FLIGHT_MAX);
    }

    private void read(Frame frame) {
        if (session == null) {
            throw new InvalidInputException("frame", "", "must come after start");
        }
        Frames.requireNext(lastSequence, frame);
        unsent.add(new Read(frame.getSequence(), Frames.increments(frame)));
        lastSequence = frame.getSequence();
    }

    private void predecessorSettled() {
        synchronized (this) {
            predecessorSettled = true;
        }
        advance();
    }

    /** Sends the next frame to the store, or ends when there is nothing left to do. */
    private void advance() {
        Read next;
        String name;
        synchronized (this) {
            next = nextForStore();
            name = session;
        }
        if (next == null || name == null) {
            settleIfEnded();
            return;
        }
        // Outside of the lock: a port may answer at once, on this thread.
        try {
            if (limits == null) {
                write(name, next);
                return;
            }
            limits.take(next.increments().size()).whenComplete((refusal, failure) -> {
                if (failure == null) {
                    limited(name, next, refusal);
                } else {
                    answered(next.sequence(), null, failure);
                }
            });
        } catch (RuntimeException e) {
            answered(next.sequence(), null, e);
        }
    }

    /**
     * A refusal ends the stream. It is no answer to a frame, which may be one that was stored before and came again.
     *
     * @param refusal empty when the frame may pass
     */
    private void limited(String name, Read frame, Optional<Failure> refusal) {
        if (refusal.isPresent()) {
            synchronized (this) {
                atStore = false;
                end(refusal.get().exception());
            }
            advance();
            return;
        }
        try {
            write(name, frame);
        } catch (RuntimeException e) {
            answered(frame.sequence(), null, e);
        }
    }

    private void write(String name, Read frame) {
        peer.write(name, frame.sequence(), frame.increments())
                .whenComplete((result, failure) -> answered(frame.sequence(), result, failure));
    }

    private @Nullable Read nextForStore() {
        if (ended || atStore) {
            return null;
        }
        if (unsent.isEmpty()) {
            if (halfClosed) {
                ended = true;
                out.onCompleted();
            } else if (draining) {
                end(Calls.status(new ShuttingDownException(), Asked.ADD, requestId));
            }
            return null;
        }
        if (!predecessorSettled) {
            return null;
        }
        atStore = true;
        return unsent.remove();
    }

    private void answered(long sequence, @Nullable FrameResult result, @Nullable Throwable failure) {
        if (result != null) {
            acknowledged(Frames.ack(sequence, result, valuesWanted));
            return;
        }
        synchronized (this) {
            atStore = false;
            if (!ended && failure != null) {
                end(status(sequence, failure));
            }
        }
        advance();
    }

    private void acknowledged(FrameAck ack) {
        synchronized (this) {
            atStore = false;
            if (!ended) {
                out.onNext(StreamIncrementsResponse.newBuilder().setAck(ack).build());
                owedRequests++;
                requestOwed();
            }
        }
        advance();
    }

    /** Whatever makes the store unavailable, the client's answer is the same: it comes again and sends again. */
    private StatusRuntimeException status(long sequence, Throwable failure) {
        Throwable cause = failure.getCause() == null ? failure : failure.getCause();
        if (failure instanceof ForeignFlushException || cause instanceof ForeignFlushException) {
            return Failure.of(GrpcProblem.FRAME_NUMBER_REUSED, "frame " + sequence
                    + " of this session was stored with other"
                    + " content: another client uses the session's name. This frame and those after it were not stored;"
                    + " they are to be sent in a session with another name").exception();
        }
        Failure seen = Calls.failure(failure, Asked.ADD, requestId);
        return cause instanceof UnavailableException ? seen.exception(Status.Code.UNAVAILABLE) : seen.exception();
    }

    private synchronized void requestOwed() {
        if (!ended && !draining && owedRequests > 0 && out.isReady()) {
            out.request(owedRequests);
            owedRequests = 0;
        }
    }

    /** Another stream has taken the session up. */
    CompletableFuture<Void> giveUp() {
        synchronized (this) {
            end(Failure.of(GrpcProblem.SESSION_TAKEN_OVER, "the session was taken up by another stream; what was not"
                    + " acknowledged here is to be sent again there").exception());
        }
        settleIfEnded();
        return settled;
    }

    /** Reads no more, and ends when everything that was read is acknowledged. */
    void drain() {
        synchronized (this) {
            draining = true;
        }
        advance();
    }

    @Override
    public void onCompleted() {
        synchronized (this) {
            halfClosed = true;
        }
        advance();
    }

    @Override
    public void onError(Throwable failure) {
        cancelled();
    }

    /** The connection is lost, or the client wants no more: what is not at the store yet is forgotten. */
    private void cancelled() {
        synchronized (this) {
            ended = true;
            unsent.clear();
        }
        settleIfEnded();
    }

    private void end(StatusRuntimeException status) {
        if (!ended) {
            ended = true;
            unsent.clear();
            out.onError(status);
        }
    }

    private void settleIfEnded() {
        String name;
        synchronized (this) {
            if (!ended || atStore || (session != null && !predecessorSettled)) {
                return;
            }
            name = session;
        }
        streams.gone(this, name);
        settled.complete(null);
    }
}
