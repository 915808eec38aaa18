package io.tallygate.grpc.counter;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.micronaut.context.annotation.Requires;
import io.tallygate.counter.BatchItem;
import io.tallygate.counter.CounterKey;
import io.tallygate.counter.Counters;
import io.tallygate.counter.Increment;
import io.tallygate.counter.InteractionListener;
import io.tallygate.counter.Leaderboard;
import io.tallygate.counter.RequestKeys;
import io.tallygate.counter.v1.BatchGetRequest;
import io.tallygate.counter.v1.BatchGetResponse;
import io.tallygate.counter.v1.BatchIncrementRequest;
import io.tallygate.counter.v1.BatchIncrementResponse;
import io.tallygate.counter.v1.CounterServiceGrpc;
import io.tallygate.counter.v1.GetRequest;
import io.tallygate.counter.v1.GetResponse;
import io.tallygate.counter.v1.IncrementRequest;
import io.tallygate.counter.v1.IncrementResponse;
import io.tallygate.counter.v1.ResetRequest;
import io.tallygate.counter.v1.ResetResponse;
import io.tallygate.counter.v1.StreamIncrementsRequest;
import io.tallygate.counter.v1.StreamIncrementsResponse;
import io.tallygate.counter.v1.TopRequest;
import io.tallygate.counter.v1.TopResponse;
import io.tallygate.grpc.Calls;
import io.tallygate.grpc.Failure;
import io.tallygate.grpc.InvalidRequestException;
import io.tallygate.grpc.RefusedException;
import io.tallygate.kernel.Asked;
import io.tallygate.kernel.InvalidInputException;
import io.tallygate.ledger.Posting;
import io.tallygate.ledger.PostingResult;
import io.tallygate.ledger.Reading;
import io.tallygate.ledger.Refusal;
import io.tallygate.ledger.ServedHere;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Counters over gRPC, of a process that has them itself. */
@Singleton
@Requires(beans = Counters.class)
@ServedHere("counter")
final class CounterEndpoint extends CounterServiceGrpc.CounterServiceImplBase {

    private static final int LIMIT_DEFAULT = 10;
    private static final CompletionStage<?> TAKEN = CompletableFuture.completedStage(Boolean.TRUE);

    private final Counters counters;
    private final @Nullable IncrementStreams streams;
    private final @Nullable InteractionListener interactions;

    /**
     * @param streams      null in a process that has no store of its own, which streams need
     * @param interactions null where nobody wants to know what users did
     */
    CounterEndpoint(Counters counters, @Nullable IncrementStreams streams,
            @Nullable InteractionListener interactions) {
        this.counters = counters;
        this.streams = streams;
        this.interactions = interactions;
    }

    @Override
    public void increment(IncrementRequest request, StreamObserver<IncrementResponse> observer) {
        Calls.answer(observer, Asked.ADD, () -> increment(request), response -> response);
    }

    private CompletionStage<IncrementResponse> increment(IncrementRequest request) {
        if (!request.hasOperation()) {
            throw new InvalidInputException("operation", "", "is required");
        }
        BatchItem.Valid item = item(request);
        String requestId = item.requestId();
        var write = new Posting(requestId == null
                ? null
                : RequestKeys.ofOperation(Calls.caller(), requestId, item.increment()), List.of(item.increment()));
        if (request.getAsync()) {
            counters.accept(write);
            item.tell(interactions);
            return CompletableFuture.completedFuture(IncrementResponse.getDefaultInstance());
        }
        return item.telling(interactions, counters.write(write)).thenApply(CounterEndpoint::response);
    }

    private static BatchItem.Valid item(IncrementRequest request) {
        try {
            return CounterMessages.item(request.getOperation());
        } catch (InvalidRequestException e) {
            throw e.within("operation.");
        }
    }

    private static IncrementResponse response(PostingResult result) {
        return switch (result) {
            case PostingResult.KeyReused _ -> throw new RefusedException(Failure.keyReused());
            case PostingResult.Failed(RuntimeException failure) -> throw failure;
            case PostingResult.Committed(var outcomes, var _, boolean replayed) -> {
                Refusal refusal = outcomes.refusal(0);
                if (refusal != null) {
                    throw new RefusedException(CounterMessages.refused(refusal, "the counter").replayed(replayed));
                }
                yield IncrementResponse.newBuilder().setValue(outcomes.value(0)).setReplayed(replayed).build();
            }
        };
    }

    @Override
    public void batchIncrement(BatchIncrementRequest request, StreamObserver<BatchIncrementResponse> observer) {
        String requestId = Calls.requestId();
        if (request.getAsync()) {
            Calls.answer(observer, Asked.ADD, () -> BatchMessages.batch(request, Calls.caller())
                    .accept(this::accept, interactions),
                    outcome -> BatchMessages.accepted(outcome, requestId));
        } else {
            Calls.answer(observer, Asked.ADD, () -> BatchMessages.batch(request, Calls.caller())
                    .commit(counters, interactions),
                    outcome -> BatchMessages.committed(outcome, requestId));
        }
    }

    private CompletionStage<?> accept(Posting write) {
        counters.accept(write);
        return TAKEN;
    }

    @Override
    public void get(GetRequest request, StreamObserver<GetResponse> observer) {
        Calls.answer(observer, Asked.READ, () -> get(request),
                reading -> GetResponse.newBuilder().setReading(CounterMessages.reading(reading)).build());
    }

    private CompletionStage<Reading> get(GetRequest request) {
        try {
            return counters.get(CounterMessages.counter("counter", request.hasCounter(), request.getCounter()),
                    CounterMessages.consistency(request.getConsistencyValue()));
        } catch (InvalidInputException | InvalidRequestException e) {
            throw InvalidRequestException.everything(e,
                    () -> CounterMessages.counter("counter", request.hasCounter(), request.getCounter()),
                    () -> CounterMessages.consistency(request.getConsistencyValue()));
        }
    }

    @Override
    public void batchGet(BatchGetRequest request, StreamObserver<BatchGetResponse> observer) {
        Calls.answer(observer, Asked.READ, () -> getAll(request), readings -> {
            var response = BatchGetResponse.newBuilder();
            readings.forEach(reading -> response.addReadings(CounterMessages.reading(reading)));
            return response.build();
        });
    }

    private CompletionStage<List<Reading>> getAll(BatchGetRequest request) {
        try {
            return counters.getAll(
                    CounterMessages.counters("counters", request.getCountersList(), Increment.REQUEST_MAX),
                    CounterMessages.consistency(request.getConsistencyValue()));
        } catch (InvalidInputException | InvalidRequestException e) {
            throw InvalidRequestException.everything(e,
                    () -> CounterMessages.counters("counters", request.getCountersList(), Increment.REQUEST_MAX),
                    () -> CounterMessages.consistency(request.getConsistencyValue()));
        }
    }

    @Override
    public void top(TopRequest request, StreamObserver<TopResponse> observer) {
        Calls.answer(observer, Asked.READ, () -> top(request), CounterMessages::leaderboard);
    }

    private CompletionStage<Leaderboard> top(TopRequest request) {
        try {
            CounterKey.requireType(request.getCounterType());
            return counters.top(request.getCounterType(), CounterMessages.window(request.getWindowValue()),
                    limit(request));
        } catch (InvalidInputException e) {
            throw InvalidRequestException.everything(e,
                    () -> CounterKey.requireType(request.getCounterType()),
                    () -> CounterMessages.window(request.getWindowValue()),
                    () -> limit(request));
        }
    }

    private static int limit(TopRequest request) {
        int limit = request.hasLimit() ? request.getLimit() : LIMIT_DEFAULT;
        if (limit < 1 || limit > Leaderboard.LIMIT_MAX) {
            throw new InvalidInputException("limit", Integer.toString(limit),
                    "must be an integer from 1 to " + Leaderboard.LIMIT_MAX);
        }
        return limit;
    }

    @Override
    public void reset(ResetRequest request, StreamObserver<ResetResponse> observer) {
        Calls.answer(observer, Asked.DELETE,
                () -> counters.reset(CounterMessages.counter("counter", request.hasCounter(), request.getCounter())),
                _ -> ResetResponse.getDefaultInstance());
    }

    @Override
    public StreamObserver<StreamIncrementsRequest> streamIncrements(StreamObserver<StreamIncrementsResponse> observer) {
        return streams == null
                ? super.streamIncrements(observer)
                : streams.open((ServerCallStreamObserver<StreamIncrementsResponse>) observer, Calls.caller(),
                        Calls.requestId());
    }
}
