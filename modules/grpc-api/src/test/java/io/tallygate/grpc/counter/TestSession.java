package io.tallygate.grpc.counter;

import io.grpc.Channel;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.tallygate.counter.v1.CounterServiceGrpc;
import io.tallygate.counter.v1.Frame;
import io.tallygate.counter.v1.FrameAck;
import io.tallygate.counter.v1.SessionStart;
import io.tallygate.counter.v1.StreamIncrementsRequest;
import io.tallygate.counter.v1.StreamIncrementsResponse;
import io.tallygate.grpc.TestServer;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One stream of one session, as a test drives it by hand. */
public final class TestSession implements ClientResponseObserver<StreamIncrementsRequest, StreamIncrementsResponse> {

    /** What came from the server: a message, the end, or a failure. */
    public record Event(@Nullable StreamIncrementsResponse message, @Nullable Throwable failure) {

        public FrameAck ack() {
            if (message == null || !message.hasAck()) {
                throw new AssertionError("no acknowledgement but " + this);
            }
            return message.getAck();
        }

        public StatusRuntimeException status() {
            if (failure instanceof StatusRuntimeException status) {
                return status;
            }
            throw new AssertionError("no failure but " + this);
        }

        boolean isEnd() {
            return message == null && failure == null;
        }
    }

    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private @Nullable ClientCallStreamObserver<StreamIncrementsRequest> out;
    private final boolean reading;

    public TestSession(Channel channel, String session) {
        this(channel, session, false, true);
    }

    /** @param reading whether it takes more than the first message */
    public TestSession(Channel channel, String session, boolean valuesWanted, boolean reading) {
        this.reading = reading;
        var _ = CounterServiceGrpc.newStub(channel).streamIncrements(this);
        send(StreamIncrementsRequest.newBuilder().setStart(
                SessionStart.newBuilder().setSessionId(session).setValuesWanted(valuesWanted)).build());
    }

    /** A stream whose messages the test chooses from the first one on. */
    public TestSession(Channel channel) {
        this.reading = true;
        var _ = CounterServiceGrpc.newStub(channel).streamIncrements(this);
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<StreamIncrementsRequest> requests) {
        out = requests;
        if (!reading) {
            requests.disableAutoRequestWithInitial(1);
        }
    }

    public ClientCallStreamObserver<StreamIncrementsRequest> out() {
        ClientCallStreamObserver<StreamIncrementsRequest> started = out;
        if (started == null) {
            throw new IllegalStateException("not started");
        }
        return started;
    }

    public void send(StreamIncrementsRequest message) {
        out().onNext(message);
    }

    public void send(Frame.Builder frame) {
        send(StreamIncrementsRequest.newBuilder().setFrame(frame).build());
    }

    /** One more of each of the named counters. */
    public static Frame.Builder frame(long sequence, String... resourceIds) {
        var frame = Frame.newBuilder().setSequence(sequence);
        for (int i = 0; i < resourceIds.length; i++) {
            frame.addCounters(TestServer.key(resourceIds[i])).addCounterIndexes(i);
        }
        return frame;
    }

    public void halfClose() {
        out().onCompleted();
    }

    public void cancel() {
        out().cancel("the test wants no more", null);
    }

    /** What comes next from the server. */
    public Event next() {
        Event event = nextWithin(20_000);
        if (event == null) {
            throw new AssertionError("nothing came from the server");
        }
        return event;
    }

    @Nullable
    public Event nextWithin(long millis) {
        try {
            return events.poll(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Takes the answer to the session's start. */
    public TestSession started() {
        Event event = next();
        if (event.message() == null || !event.message().hasStarted()) {
            throw new AssertionError("not started but " + event);
        }
        return this;
    }

    @Override
    public void onNext(StreamIncrementsResponse message) {
        events.add(new Event(message, null));
    }

    @Override
    public void onError(Throwable failure) {
        events.add(new Event(null, failure));
    }

    @Override
    public void onCompleted() {
        events.add(new Event(null, null));
    }
}
