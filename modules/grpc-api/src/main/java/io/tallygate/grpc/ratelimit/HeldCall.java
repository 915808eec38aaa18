package io.tallygate.grpc.ratelimit;

import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.Status;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A call that begins once it is known that it may: what comes meanwhile is kept, and handed on in its order. Its client may
 * send no more than was asked for, which before it begins is one message. Thread-safe.
 */
final class HeldCall<Q, A> extends ServerCall.Listener<Q> {

    private static final Logger LOG = LoggerFactory.getLogger(HeldCall.class);

    private final ServerCall<Q, A> call;
    private final Metadata headers;
    private final ServerCallHandler<Q, A> next;
    private final Context context = Context.current();
    private final @Nullable Consumer<@Nullable Q> first;

    // Guarded by this.
    private final Queue<Consumer<ServerCall.Listener<Q>>> held = new ArrayDeque<>();
    private State state = State.WAITING;
    private ServerCall.@Nullable Listener<Q> begun;
    private boolean asked;

    private enum State {
        WAITING,
        BEGINNING,
        BEGUN,
        ENDED
    }

    /** @param first is told once of the call's first message, or with null that it has none; null asks for none */
    HeldCall(ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next,
            @Nullable Consumer<@Nullable Q> first) {
        this.call = call;
        this.headers = headers;
        this.next = next;
        this.first = first;
        this.asked = first == null;
    }

    /** Lets it begin, on this thread; without effect once its client has given up. */
    void begin() {
        synchronized (this) {
            if (state != State.WAITING) {
                return;
            }
            state = State.BEGINNING;
        }
        try {
            ServerCall.Listener<Q> listener = context.call(() -> next.startCall(call, headers));
            for (Consumer<ServerCall.Listener<Q>> event = next(listener); event != null; event = next(listener)) {
                Consumer<ServerCall.Listener<Q>> due = event;
                context.run(() -> due.accept(listener));
            }
        } catch (Exception e) {
            // As the server itself answers what a call throws; on this thread nobody else would see it.
            LOG.error("A call failed", e);
            end();
            call.close(Status.UNKNOWN, new Metadata());
        }
    }

    /** What is due; null when nothing is, and from then on everything goes straight on. */
    private synchronized @Nullable Consumer<ServerCall.Listener<Q>> next(ServerCall.Listener<Q> listener) {
        Consumer<ServerCall.Listener<Q>> event = held.poll();
        if (event == null && state == State.BEGINNING) {
            state = State.BEGUN;
            begun = listener;
        }
        return event;
    }

    /** Forgets it: it was answered by somebody else, or nobody waits for it. */
    private synchronized void end() {
        state = State.ENDED;
        held.clear();
    }

    private void hand(Consumer<ServerCall.Listener<Q>> event) {
        ServerCall.Listener<Q> listener;
        synchronized (this) {
            listener = begun;
            if (listener == null) {
                if (state != State.ENDED) {
                    held.add(event);
                }
                return;
            }
        }
        event.accept(listener);
    }

    private void ask(@Nullable Q message) {
        synchronized (this) {
            if (asked || first == null) {
                return;
            }
            asked = true;
        }
        first.accept(message);
    }

    @Override
    public void onMessage(Q message) {
        hand(listener -> listener.onMessage(message));
        ask(message);
    }

    @Override
    public void onHalfClose() {
        hand(ServerCall.Listener::onHalfClose);
        ask(null);
    }

    @Override
    public void onCancel() {
        synchronized (this) {
            if (state == State.WAITING) {
                end();
            }
        }
        hand(ServerCall.Listener::onCancel);
    }

    @Override
    public void onComplete() {
        hand(ServerCall.Listener::onComplete);
    }

    @Override
    public void onReady() {
        hand(ServerCall.Listener::onReady);
    }
}
