package io.tallygate.grpc.event;

import io.grpc.stub.StreamObserver;
import io.micronaut.context.annotation.Requires;
import io.tallygate.event.DeadLetterFilter;
import io.tallygate.event.Events;
import io.tallygate.event.v1.AppendRequest;
import io.tallygate.event.v1.AppendResponse;
import io.tallygate.event.v1.CountDeadLettersRequest;
import io.tallygate.event.v1.CountDeadLettersResponse;
import io.tallygate.event.v1.EventServiceGrpc;
import io.tallygate.event.v1.GetDeadLetterRequest;
import io.tallygate.event.v1.GetDeadLetterResponse;
import io.tallygate.event.v1.GetLagRequest;
import io.tallygate.event.v1.GetLagResponse;
import io.tallygate.event.v1.GetReplayRequest;
import io.tallygate.event.v1.GetReplayResponse;
import io.tallygate.event.v1.ListDeadLettersRequest;
import io.tallygate.event.v1.ListDeadLettersResponse;
import io.tallygate.event.v1.PurgeAllRequest;
import io.tallygate.event.v1.PurgeAllResponse;
import io.tallygate.event.v1.PurgeRequest;
import io.tallygate.event.v1.PurgeResponse;
import io.tallygate.event.v1.ReplayAllRequest;
import io.tallygate.event.v1.ReplayAllResponse;
import io.tallygate.event.v1.ReplayRequest;
import io.tallygate.event.v1.ReplayResponse;
import io.tallygate.event.v1.ResumeRequest;
import io.tallygate.event.v1.ResumeResponse;
import io.tallygate.grpc.Calls;
import io.tallygate.grpc.Values;
import io.tallygate.kernel.Asked;
import io.tallygate.kernel.Ids;
import jakarta.inject.Singleton;
import java.time.Instant;

/** Events over gRPC. */
@Singleton
@Requires(beans = Events.class)
final class EventEndpoint extends EventServiceGrpc.EventServiceImplBase {

    private static final int LIMIT_DEFAULT = 100;
    private static final int RATE_DEFAULT = 100;

    private final Events events;

    EventEndpoint(Events events) {
        this.events = events;
    }

    @Override
    public void append(AppendRequest request, StreamObserver<AppendResponse> observer) {
        Calls.answer(observer, Asked.SETTLE, () -> {
            Values.requireSize("events", request.getEventsCount(), Events.APPEND_MAX);
            return events.append(topic(request.getTopic()), EventMessages.events(request.getEventsList()));
        }, _ -> AppendResponse.getDefaultInstance());
    }

    @Override
    public void getLag(GetLagRequest request, StreamObserver<GetLagResponse> observer) {
        Calls.answer(observer, Asked.READ, () -> events.lag(topic(request.getTopic())), groups -> GetLagResponse
                .newBuilder().addAllGroups(groups.stream().map(EventMessages::lag).toList()).build());
    }

    @Override
    public void resume(ResumeRequest request, StreamObserver<ResumeResponse> observer) {
        Calls.answer(observer, Asked.SETTLE, () -> events.resume(topic(request.getTopic())),
                _ -> ResumeResponse.getDefaultInstance());
    }

    @Override
    public void countDeadLetters(CountDeadLettersRequest request, StreamObserver<CountDeadLettersResponse> observer) {
        Calls.answer(observer, Asked.READ, events::deadLetterCounts, DeadLetterMessages::counts);
    }

    @Override
    public void listDeadLetters(ListDeadLettersRequest request, StreamObserver<ListDeadLettersResponse> observer) {
        Calls.answer(observer, Asked.READ, () -> {
            if (!request.getCursor().isEmpty()) {
                Ids.require("cursor", request.getCursor());
            }
            int limit = request.getLimit() == 0 ? LIMIT_DEFAULT : request.getLimit();
            return events.deadLetters(topic(request.getTopic()), filter(request.getFilter()), request.getCursor(),
                    limit);
        }, DeadLetterMessages::page);
    }

    @Override
    public void getDeadLetter(GetDeadLetterRequest request, StreamObserver<GetDeadLetterResponse> observer) {
        Calls.answer(observer, Asked.READ, () -> events.deadLetter(topic(request.getTopic()), request.getId()),
                letter -> GetDeadLetterResponse.newBuilder().setDeadLetter(DeadLetterMessages.whole(letter)).build());
    }

    @Override
    public void replay(ReplayRequest request, StreamObserver<ReplayResponse> observer) {
        Calls.answer(observer, Asked.SETTLE,
                () -> events.replay(topic(request.getTopic()), request.getId(),
                        request.hasData() ? EventMessages.payload(request.getData()) : null),
                letter -> ReplayResponse.newBuilder().setDeadLetter(DeadLetterMessages.told(letter)).build());
    }

    /** How many match is counted first in a dry run, and told by the replay itself in another one. */
    @Override
    public void replayAll(ReplayAllRequest request, StreamObserver<ReplayAllResponse> observer) {
        if (request.getDryRun()) {
            Calls.answer(observer, Asked.READ,
                    () -> events.countReplayable(topic(request.getTopic()), filter(request.getFilter())),
                    matched -> ReplayAllResponse.newBuilder().setMatched(matched).build());
            return;
        }
        int rate = request.getRate() == 0 ? RATE_DEFAULT : request.getRate();
        // Repeated, it would be a second replay, of what the first one has left.
        Calls.answer(observer, Asked.SETTLE,
                () -> events.replayAll(topic(request.getTopic()), filter(request.getFilter()), rate),
                run -> ReplayAllResponse.newBuilder().setMatched(run.matched()).setReplay(DeadLetterMessages.run(run))
                        .build());
    }

    @Override
    public void getReplay(GetReplayRequest request, StreamObserver<GetReplayResponse> observer) {
        Calls.answer(observer, Asked.READ, () -> events.replayRun(request.getId()),
                run -> GetReplayResponse.newBuilder().setReplay(DeadLetterMessages.run(run)).build());
    }

    @Override
    public void purge(PurgeRequest request, StreamObserver<PurgeResponse> observer) {
        Calls.answer(observer, Asked.DELETE, () -> events.purge(topic(request.getTopic()), request.getId()),
                purged -> {
                    var response = PurgeResponse.newBuilder();
                    purged.ifPresent(letter -> response.setPurged(DeadLetterMessages.told(letter)));
                    return response.build();
                });
    }

    @Override
    public void purgeAll(PurgeAllRequest request, StreamObserver<PurgeAllResponse> observer) {
        Calls.answer(observer, Asked.DELETE, () -> {
            Instant before = DeadLetterMessages.required("before", request.hasBefore(), request.getBefore());
            return events.purgeAll(topic(request.getTopic()), before);
        }, purged -> PurgeAllResponse.newBuilder().setPurged(purged).build());
    }

    private static String topic(String topic) {
        Ids.require("topic", topic);
        return topic;
    }

    private static DeadLetterFilter filter(io.tallygate.event.v1.DeadLetterFilter filter) {
        return DeadLetterMessages.filter(filter);
    }
}
