package io.tallygate.grpc.counter;

import io.grpc.stub.StreamObserver;
import io.micronaut.context.annotation.Requires;
import io.tallygate.counter.CounterKey;
import io.tallygate.counter.Window;
import io.tallygate.counter.WindowShare;
import io.tallygate.counter.WindowShares;
import io.tallygate.counter.v1.PeerServiceGrpc;
import io.tallygate.counter.v1.Share;
import io.tallygate.counter.v1.WindowShareRequest;
import io.tallygate.counter.v1.WindowShareResponse;
import io.tallygate.grpc.Calls;
import io.tallygate.kernel.Asked;
import io.tallygate.kernel.InvalidInputException;
import io.tallygate.ledger.LedgerStore;
import jakarta.inject.Singleton;

/** What a process committed itself, for the gateways of its deployment. */
@Singleton
@Requires(beans = WindowShares.class)
final class PeerEndpoint extends PeerServiceGrpc.PeerServiceImplBase {

    private final WindowShares shares;

    PeerEndpoint(WindowShares shares) {
        this.shares = shares;
    }

    @Override
    public void windowShare(WindowShareRequest request, StreamObserver<WindowShareResponse> observer) {
        Calls.answer(observer, Asked.READ, () -> {
            CounterKey.requireType(request.getCounterType());
            Window window = CounterMessages.window(request.getWindowValue());
            if (window == Window.ALL) {
                throw new InvalidInputException("window", request.getWindow().name(), "must not be all time");
            }
            return shares.share(request.getCounterType(), window);
        }, PeerEndpoint::response);
    }

    private static WindowShareResponse response(WindowShare share) {
        var response = WindowShareResponse.newBuilder().setMaxError(share.maxError());
        for (LedgerStore.Ranked sum : share.sums()) {
            response.addShares(Share.newBuilder().setResourceId(sum.id()).setValue(sum.value()));
        }
        return response.build();
    }
}
