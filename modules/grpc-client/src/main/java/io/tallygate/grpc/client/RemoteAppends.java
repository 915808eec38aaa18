package io.tallygate.grpc.client;

import io.tallygate.event.Event;
import io.tallygate.event.Events;
import io.tallygate.event.v1.AppendRequest;
import io.tallygate.event.v1.EventServiceGrpc.EventServiceBlockingStub;
import io.tallygate.kernel.CommitMetrics;
import io.tallygate.kernel.CommitSettings;
import io.tallygate.kernel.CommitTimeoutException;
import io.tallygate.kernel.CommitWriter;
import io.tallygate.kernel.FlushTarget;
import io.tallygate.kernel.StageFailures;
import io.tallygate.kernel.StoreUnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Events on their way to the service, in a few lanes: each topic has one, so that it holds up no topic of another lane. In a lane
 * what waits shares a call, one call is on its way, and one without an answer is made again, which changes nothing, because
 * events are known by their ids. So those of a topic are appended in the order in which they came. Thread-safe; no method but
 * {@link #close} blocks.
 */
final class RemoteAppends implements AutoCloseable {

    /** Half of what a service takes in one message. */
    private static final int CALL_BYTES_MAX = 8 << 20;
    /** Whoever appends may name topics that there are not, so that their number is no bound. */
    private static final int LANES = 4;

    /** Events of one request, which are appended together. */
    private record Append(String topic, List<Event> events) {}

    private final RemoteCalls<EventServiceBlockingStub> log;
    private final List<Lane> lanes;

    RemoteAppends(RemoteCalls<EventServiceBlockingStub> log, CommitSettings commit, CommitMetrics metrics,
            Duration closeTimeout, LongSupplier ticker) {
        this.log = log;
        this.lanes = IntStream.range(0, LANES).mapToObj(i -> new Lane(i, commit, metrics, closeTimeout, ticker))
                .toList();
    }

    CompletionStage<Void> append(String topic, List<Event> events) {
        return lanes.get(lane(topic)).append(topic, events);
    }

    /** The same for a topic each time, which keeps its order. */
    static int lane(String topic) {
        return Math.floorMod(topic.hashCode(), LANES);
    }

    /** One call on its way. */
    private final class Lane {

        private final CommitWriter<Append, Boolean> writer;
        /** Why the last call was not answered; null where it was. */
        private volatile @Nullable StoreUnavailableException away;

        Lane(int number, CommitSettings commit, CommitMetrics metrics, Duration closeTimeout, LongSupplier ticker) {
            this.writer = new CommitWriter<>("event-append-" + number, FlushTarget.of(this::send), commit, metrics,
                    closeTimeout, ticker);
        }

        CompletionStage<Void> append(String topic, List<Event> events) {
            return writer.submit(new Append(topic, List.copyOf(events)), events.size(), bytes(events))
                    .<Void>thenApply(_ -> null)
                    .exceptionallyCompose(failure -> CompletableFuture.failedFuture(told(failure)));
        }

        /** That time is over is all that a lane knows; why, it has been told by calls, and whoever has no gateway hears that. */
        private Throwable told(Throwable failure) {
            Throwable cause = StageFailures.cause(failure);
            StoreUnavailableException why = away;
            return cause instanceof CommitTimeoutException && why != null
                    ? new StoreUnavailableException(String.valueOf(why.getMessage()), why)
                    : cause;
        }

        private List<Boolean> send(long sequence, List<Append> appends) {
            try {
                List<Boolean> sent = RemoteAppends.this.send(appends);
                away = null;
                return sent;
            } catch (StoreUnavailableException e) {
                away = e;
                throw e;
            } catch (RuntimeException refusal) {
                away = null;
                throw refusal;
            }
        }
    }

    private static int bytes(List<Event> events) {
        return events.stream().mapToInt(Event::size).sum();
    }

    /** One call for neighbours of one topic, as many as a call takes. */
    private List<Boolean> send(List<Append> appends) {
        var together = new ArrayList<Event>();
        String topic = appends.getFirst().topic;
        int bytes = 0;
        for (Append append : appends) {
            int more = bytes(append.events);
            if (!append.topic.equals(topic) || together.size() + append.events.size() > Events.APPEND_MAX
                    || bytes + more > CALL_BYTES_MAX) {
                send(topic, together);
                together.clear();
                bytes = 0;
                topic = append.topic;
            }
            together.addAll(append.events);
            bytes += more;
        }
        send(topic, together);
        // Each is stored.
        return Collections.nCopies(appends.size(), true);
    }

    private void send(String topic, List<Event> events) {
        var request = AppendRequest.newBuilder().setTopic(topic);
        events.forEach(event -> request.addEvents(EventMessages.event(event)));
        try {
            var _ = log.make(stub -> stub.append(request.build()));
        } catch (RuntimeException e) {
            throw EventFailures.inTermsOfEvents(e);
        }
    }

    int depth() {
        return lanes.stream().mapToInt(lane -> lane.writer.depth()).sum();
    }

    void startClosing() {
        lanes.forEach(lane -> lane.writer.startClosing());
    }

    @Override
    public void close() {
        // Their time has begun for all of them before.
        startClosing();
        lanes.forEach(lane -> lane.writer.close());
    }
}
