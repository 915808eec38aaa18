package io.tallygate.grpc.client;

import io.grpc.Channel;
import io.tallygate.event.ConsumerStatistics;
import io.tallygate.event.DeadLetter;
import io.tallygate.event.DeadLetterFilter;
import io.tallygate.event.DeadLetterPage;
import io.tallygate.event.Event;
import io.tallygate.event.Events;
import io.tallygate.event.GroupLag;
import io.tallygate.event.Payload;
import io.tallygate.event.ReplayRun;
import io.tallygate.event.v1.CountDeadLettersRequest;
import io.tallygate.event.v1.EventServiceGrpc;
import io.tallygate.event.v1.EventServiceGrpc.EventServiceBlockingStub;
import io.tallygate.event.v1.GetDeadLetterRequest;
import io.tallygate.event.v1.GetLagRequest;
import io.tallygate.event.v1.GetReplayRequest;
import io.tallygate.event.v1.ListDeadLettersRequest;
import io.tallygate.event.v1.PurgeAllRequest;
import io.tallygate.event.v1.PurgeRequest;
import io.tallygate.event.v1.ReplayAllRequest;
import io.tallygate.event.v1.ReplayRequest;
import io.tallygate.event.v1.ResumeRequest;
import io.tallygate.grpc.connect.Channels;
import io.tallygate.grpc.connect.Instance;
import io.tallygate.grpc.connect.Unjudged;
import io.tallygate.kernel.BlockingCalls;
import io.tallygate.kernel.CommitGauges;
import io.tallygate.kernel.CommitMetrics;
import io.tallygate.kernel.CommitSettings;
import io.tallygate.kernel.InvalidInputException;
import io.tallygate.kernel.StoreUnavailableException;
import io.tallygate.kernel.UnknownOutcomeException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Events of a service that others run. What waits to be appended to a topic shares a call, in the order in which it came;
 * everything else is a call of its own.
 */
final class GrpcEvents implements Events, CommitGauges, AutoCloseable {

    private static final String SERVICE = EventClientFactory.SERVICE;
    private static final int CALLS_AT_ONCE_MAX = 64;
    private static final int CALLS_WAITING_MAX = 1_024;

    private final Channels channels;
    private final Duration timeout;
    private final RemoteAppends appends;
    private final RemoteCalls<EventServiceBlockingStub> service;
    /** Calls that wait for the log, which may be away while the service has all else. */
    private final RemoteCalls<EventServiceBlockingStub> log;
    private final BlockingCalls calls;

    GrpcEvents(Channels channels, ClientSettings settings, CommitSettings commit, CommitMetrics metrics,
            LongSupplier ticker) {
        this.channels = channels;
        this.timeout = settings.callTimeout();
        this.service = calls(channels::next);
        this.log = new RemoteCalls<>(SERVICE, channel -> Unjudged.on(EventServiceGrpc.newBlockingStub(channel)),
                channels::next, timeout);
        this.appends = new RemoteAppends(log, commit, metrics, settings.closeTimeout(), ticker);
        this.calls = new BlockingCalls("event-call", CALLS_AT_ONCE_MAX, CALLS_WAITING_MAX, commit.timeout(),
                settings.closeTimeout(), ticker);
    }

    private RemoteCalls<EventServiceBlockingStub> calls(Supplier<Channel> channel) {
        return new RemoteCalls<>(SERVICE, EventServiceGrpc::newBlockingStub, channel, timeout);
    }

    @Override
    public CompletionStage<Void> append(String topic, List<Event> events) {
        if (events.isEmpty() || events.size() > APPEND_MAX) {
            return CompletableFuture.failedFuture(
                    new InvalidInputException("events", events.size() + " events", "must be 1 to " + APPEND_MAX));
        }
        return appends.append(topic, events);
    }

    @Override
    public CompletionStage<List<GroupLag>> lag(String topic) {
        var request = GetLagRequest.newBuilder().setTopic(topic).build();
        return calls.submit(() -> ask(log,
                stub -> stub.getLag(request).getGroupsList().stream().map(EventMessages::lag).toList()));
    }

    /** Asks every instance, since each stops by itself. */
    @Override
    public CompletionStage<Void> resume(String topic) {
        var request = ResumeRequest.newBuilder().setTopic(topic).build();
        return calls.submit(() -> {
            List<Instance> instances = channels.instances();
            if (instances.isEmpty()) {
                throw new StoreUnavailableException("no instance of the event service is known",
                        new NoSuchElementException());
            }
            instances.forEach(instance -> ask(calls(() -> channelTo(instance)), stub -> stub.resume(request)));
            return null;
        });
    }

    private Channel channelTo(Instance instance) {
        try {
            return channels.to(instance);
        } catch (IllegalArgumentException | IllegalStateException gone) {
            throw new StoreUnavailableException("an instance of the event service has left", gone);
        }
    }

    /** None: the service consumes. */
    @Override
    public List<ConsumerStatistics> consumers() {
        return List.of();
    }

    @Override
    public CompletionStage<SequencedMap<String, Long>> deadLetterCounts() {
        return ask(stub -> {
            var counts = new LinkedHashMap<String, Long>();
            stub.countDeadLetters(CountDeadLettersRequest.getDefaultInstance()).getTopicsList()
                    .forEach(topic -> counts.put(topic.getTopic(), topic.getDeadLetters()));
            return counts;
        });
    }

    /** The dead letters of a page are without the data of their events. */
    @Override
    public CompletionStage<DeadLetterPage> deadLetters(String topic, DeadLetterFilter filter, String cursor,
            int limit) {
        var request = ListDeadLettersRequest.newBuilder().setTopic(topic).setFilter(EventMessages.filter(filter))
                .setCursor(cursor).setLimit(limit).build();
        return ask(stub -> EventMessages.page(stub.listDeadLetters(request)));
    }

    @Override
    public CompletionStage<DeadLetter> deadLetter(String topic, String id) {
        var request = GetDeadLetterRequest.newBuilder().setTopic(topic).setId(id).build();
        return ask(stub -> EventMessages.deadLetter(stub.getDeadLetter(request).getDeadLetter()));
    }

    /** The dead letter is told without the data of its event. */
    @Override
    public CompletionStage<DeadLetter> replay(String topic, String id, @Nullable Payload data) {
        var request = ReplayRequest.newBuilder().setTopic(topic).setId(id);
        if (data != null) {
            request.setData(EventMessages.payload(data));
        }
        return ask(stub -> EventMessages.deadLetter(stub.replay(request.build()).getDeadLetter()));
    }

    /** Sent once: repeated, it would begin a second replay beside the first. */
    @Override
    public CompletionStage<ReplayRun> replayAll(String topic, DeadLetterFilter filter, int rate) {
        var request = ReplayAllRequest.newBuilder().setTopic(topic).setFilter(EventMessages.filter(filter))
                .setRate(rate).build();
        return calls.submit(() -> {
            try {
                return ask(service, stub -> EventMessages.run(stub.replayAll(request).getReplay()));
            } catch (StoreUnavailableException e) {
                throw new UnknownOutcomeException("the event service did not say whether a replay has begun: "
                        + e.getMessage());
            }
        });
    }

    @Override
    public CompletionStage<Long> countReplayable(String topic, DeadLetterFilter filter) {
        var request = ReplayAllRequest.newBuilder().setTopic(topic).setFilter(EventMessages.filter(filter))
                .setDryRun(true).build();
        return ask(stub -> stub.replayAll(request).getMatched());
    }

    @Override
    public CompletionStage<ReplayRun> replayRun(String id) {
        var request = GetReplayRequest.newBuilder().setId(id).build();
        return ask(stub -> EventMessages.run(stub.getReplay(request).getReplay()));
    }

    /** What is purged is told without the data of its event. */
    @Override
    public CompletionStage<Optional<DeadLetter>> purge(String topic, String id) {
        var request = PurgeRequest.newBuilder().setTopic(topic).setId(id).build();
        return ask(stub -> {
            var response = stub.purge(request);
            return response.hasPurged()
                    ? Optional.of(EventMessages.deadLetter(response.getPurged()))
                    : Optional.empty();
        });
    }

    @Override
    public CompletionStage<Long> purgeAll(String topic, Instant before) {
        var request = PurgeAllRequest.newBuilder().setTopic(topic).setBefore(EventMessages.timestamp(before)).build();
        return ask(stub -> stub.purgeAll(request).getPurged());
    }

    private <R> CompletionStage<R> ask(Function<EventServiceBlockingStub, R> call) {
        return calls.submit(() -> ask(service, call));
    }

    private static <R> R ask(RemoteCalls<EventServiceBlockingStub> calls, Function<EventServiceBlockingStub, R> call) {
        try {
            return calls.make(call);
        } catch (RuntimeException e) {
            throw EventFailures.inTermsOfEvents(e);
        }
    }

    @Override
    public int depth() {
        return appends.depth();
    }

    @Override
    public int acceptedDepth() {
        return 0;
    }

    /** Sends what is queued and answers what was asked, within the time for it, then refuses everything. */
    @Override
    public void close() {
        appends.startClosing();
        calls.startClosing();
        appends.close();
        calls.close();
    }
}
