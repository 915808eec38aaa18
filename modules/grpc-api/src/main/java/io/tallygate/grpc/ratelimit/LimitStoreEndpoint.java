package io.tallygate.grpc.ratelimit;

import io.grpc.stub.StreamObserver;
import io.micronaut.context.annotation.Requires;
import io.tallygate.grpc.Calls;
import io.tallygate.grpc.Values;
import io.tallygate.kernel.Asked;
import io.tallygate.kernel.InvalidInputException;
import io.tallygate.kernel.StageFailures;
import io.tallygate.ratelimit.LimitStoreFullException;
import io.tallygate.ratelimit.RateLimitDecision;
import io.tallygate.ratelimit.RateLimitRequest;
import io.tallygate.ratelimit.RateLimitStore;
import io.tallygate.ratelimit.v1.EndLeaseRequest;
import io.tallygate.ratelimit.v1.EndLeaseResponse;
import io.tallygate.ratelimit.v1.ForgetRequest;
import io.tallygate.ratelimit.v1.ForgetResponse;
import io.tallygate.ratelimit.v1.LimitResult;
import io.tallygate.ratelimit.v1.LimitStoreServiceGrpc;
import io.tallygate.ratelimit.v1.RenewLeaseRequest;
import io.tallygate.ratelimit.v1.RenewLeaseResponse;
import io.tallygate.ratelimit.v1.TakeFailure;
import io.tallygate.ratelimit.v1.TakeRequest;
import io.tallygate.ratelimit.v1.TakeResponse;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Offers the store of limits of this process to gateways, whose own rules decide what to ask of it. */
@Singleton
@Requires(classes = RateLimitStore.class, beans = RateLimitStore.class)
final class LimitStoreEndpoint extends LimitStoreServiceGrpc.LimitStoreServiceImplBase {

    private static final int TOGETHER_MAX = 1000;

    private final RateLimitStore store;
    private final Gateways gateways = new Gateways(System::nanoTime);

    LimitStoreEndpoint(RateLimitStore store) {
        this.store = store;
    }

    @Override
    public void take(TakeRequest request, StreamObserver<TakeResponse> observer) {
        Calls.answer(observer, Asked.ADD, () -> takeEach(request),
                results -> TakeResponse.newBuilder().addAllResults(results)
                        .setPrecision(StoreMessages.precision(store.precision()))
                        .setGateways(gateways.asks(request.getGateway())).build());
    }

    private CompletionStage<List<LimitResult>> takeEach(TakeRequest message) {
        Values.requireSize("requests", message.getRequestsCount(), TOGETHER_MAX);
        List<RateLimitRequest> requests = new ArrayList<>(message.getRequestsCount());
        for (int i = 0; i < message.getRequestsCount(); i++) {
            try {
                requests.add(StoreMessages.request("", message.getRequests(i), store.precision()));
            } catch (InvalidInputException e) {
                throw e.within("requests[" + i + "].");
            }
        }
        List<CompletableFuture<LimitResult>> results = requests.stream().map(this::take).toList();
        return CompletableFuture.allOf(results.toArray(CompletableFuture[]::new))
                .thenApply(all -> results.stream().map(CompletableFuture::join).toList());
    }

    /** A request that cannot be decided leaves the others their answers. */
    private CompletableFuture<LimitResult> take(RateLimitRequest request) {
        CompletionStage<RateLimitDecision> decided;
        try {
            decided = store.take(request);
        } catch (RuntimeException e) {
            decided = CompletableFuture.failedStage(e);
        }
        return decided.handle((decision, failure) -> failure == null
                ? StoreMessages.result(decision)
                : LimitResult.newBuilder().setFailure(failure(failure)).build()).toCompletableFuture();
    }

    private static TakeFailure failure(Throwable failure) {
        return StageFailures.cause(failure) instanceof LimitStoreFullException
                ? TakeFailure.TAKE_FAILURE_FULL
                : TakeFailure.TAKE_FAILURE_AWAY;
    }

    @Override
    public void forget(ForgetRequest request, StreamObserver<ForgetResponse> observer) {
        Calls.answer(observer, Asked.DELETE, () -> {
            Values.requireSize("keys", request.getKeysCount(), TOGETHER_MAX);
            return store.reset(request.getKeysList().stream().map(StoreMessages::key).toList());
        }, _ -> ForgetResponse.getDefaultInstance());
    }

    @Override
    public void renewLease(RenewLeaseRequest request, StreamObserver<RenewLeaseResponse> observer) {
        Calls.answer(observer, Asked.SETTLE, () -> store.renew(request.getLeaseId()), end -> {
            var response = RenewLeaseResponse.newBuilder();
            end.ifPresent(instant -> response.setExpiresAt(Values.timestamp(instant)));
            return response.build();
        });
    }

    @Override
    public void endLease(EndLeaseRequest request, StreamObserver<EndLeaseResponse> observer) {
        Calls.answer(observer, Asked.SETTLE, () -> store.release(request.getLeaseId()),
                _ -> EndLeaseResponse.getDefaultInstance());
    }
}
