package io.tallygate.grpc;

import io.grpc.stub.StreamObserver;
import io.micronaut.context.annotation.Requires;
import io.tallygate.counter.CounterKey;
import io.tallygate.counter.CounterPeer;
import io.tallygate.counter.CounterStore;
import io.tallygate.counter.FlushResult;
import io.tallygate.counter.Window;
import io.tallygate.counter.WindowShare;
import io.tallygate.counter.v1.ApplyFlushRequest;
import io.tallygate.counter.v1.ApplyFlushResponse;
import io.tallygate.counter.v1.PeerServiceGrpc;
import io.tallygate.counter.v1.Share;
import io.tallygate.counter.v1.WindowShareRequest;
import io.tallygate.counter.v1.WindowShareResponse;
import io.tallygate.kernel.Asked;
import io.tallygate.kernel.InvalidInputException;
import io.tallygate.kernel.UnknownOutcomeException;
import jakarta.inject.Singleton;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/** A process with a store, for the gateways of its deployment. */
@Singleton
@Requires(beans = CounterPeer.class)
final class PeerEndpoint extends PeerServiceGrpc.PeerServiceImplBase {

    private final CounterPeer peer;

    PeerEndpoint(CounterPeer peer) {
        this.peer = peer;
    }

    @Override
    public void applyFlush(ApplyFlushRequest request, StreamObserver<ApplyFlushResponse> observer) {
        Calls.answer(observer, Asked.ADD,
                () -> peer.apply(Flushes.flush(request)).exceptionallyCompose(PeerEndpoint::told), Flushes::response);
    }

    /** Other callers are told of an unknown outcome as of a lost answer, after which a gateway would send again. */
    private static CompletionStage<FlushResult> told(Throwable failure) {
        Throwable cause = failure instanceof CompletionException && failure.getCause() != null
                ? failure.getCause()
                : failure;
        return CompletableFuture.failedFuture(cause instanceof UnknownOutcomeException
                ? new RefusedException(Failure.of(GrpcProblem.FLUSH_OUTCOME_UNKNOWN,
                        "a later flush of this writer was applied, and this one may have been before it"))
                : failure);
    }

    @Override
    public void windowShare(WindowShareRequest request, StreamObserver<WindowShareResponse> observer) {
        Calls.answer(observer, Asked.READ, () -> {
            CounterKey.requireId("counter_type", request.getCounterType());
            Window window = Messages.window(request.getWindowValue());
            if (window == Window.ALL) {
                throw new InvalidInputException("window", request.getWindow().name(), "must not be all time");
            }
            return peer.share(request.getCounterType(), window);
        }, PeerEndpoint::response);
    }

    private static WindowShareResponse response(WindowShare share) {
        var response = WindowShareResponse.newBuilder().setMaxError(share.maxError());
        for (CounterStore.Ranked sum : share.sums()) {
            response.addShares(Share.newBuilder().setResourceId(sum.resourceId()).setValue(sum.value()));
        }
        return response.build();
    }
}
