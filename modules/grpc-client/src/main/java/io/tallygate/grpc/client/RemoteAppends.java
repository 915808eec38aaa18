package io.tallygate.grpc.client;

import io.tallygate.event.Event;
import io.tallygate.event.Events;
import io.tallygate.event.v1.AppendRequest;
import io.tallygate.event.v1.EventServiceGrpc.EventServiceBlockingStub;
import io.tallygate.kernel.CommitMetrics;
import io.tallygate.kernel.CommitSettings;
import io.tallygate.kernel.CommitWriter;
import io.tallygate.kernel.FlushTarget;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;

/**
 * Events on their way to the service: what waits shares a call, one call is on its way, and one without an answer is made
 * again, which changes nothing, because events are known by their ids. So they are appended in the order in which they
 * came. Thread-safe; no method but {@link #close} blocks.
 */
final class RemoteAppends implements AutoCloseable {

    /** Half of what a service takes in one message. */
    private static final int CALL_BYTES_MAX = 8 << 20;

    /** Events of one request, which are appended together. */
    private record Append(String topic, List<Event> events) {}

    private final RemoteCalls<EventServiceBlockingStub> log;
    private final CommitWriter<Append, Boolean> writer;

    RemoteAppends(RemoteCalls<EventServiceBlockingStub> log, CommitSettings commit, CommitMetrics metrics,
            Duration closeTimeout, LongSupplier ticker) {
        this.log = log;
        this.writer = new CommitWriter<>("event-append", FlushTarget.of(this::send), commit, metrics, closeTimeout,
                ticker);
    }

    CompletionStage<Void> append(String topic, List<Event> events) {
        return writer.submit(new Append(topic, List.copyOf(events)), events.size(), bytes(events))
                .thenAccept(_ -> {});
    }

    private static int bytes(List<Event> events) {
        return events.stream().mapToInt(Event::size).sum();
    }

    /** One call for neighbours of one topic, as many as a call takes. */
    private List<Boolean> send(long sequence, List<Append> appends) {
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
        return writer.depth();
    }

    void startClosing() {
        writer.startClosing();
    }

    @Override
    public void close() {
        writer.close();
    }
}
