package io.tallygate.grpc;

import io.grpc.stub.StreamObserver;
import io.micronaut.context.annotation.Requires;
import io.tallygate.kernel.Asked;
import io.tallygate.kernel.UnknownOutcomeException;
import io.tallygate.ledger.FlushResult;
import io.tallygate.ledger.LedgerPeer;
import io.tallygate.ledger.v1.ApplyFlushRequest;
import io.tallygate.ledger.v1.ApplyFlushResponse;
import io.tallygate.ledger.v1.LedgerServiceGrpc;
import jakarta.inject.Singleton;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/** A process with a store, for the gateways of its deployment. */
@Singleton
@Requires(beans = LedgerPeer.class)
final class LedgerEndpoint extends LedgerServiceGrpc.LedgerServiceImplBase {

    private final LedgerPeer peer;

    LedgerEndpoint(LedgerPeer peer) {
        this.peer = peer;
    }

    @Override
    public void applyFlush(ApplyFlushRequest request, StreamObserver<ApplyFlushResponse> observer) {
        Calls.answer(observer, Asked.ADD,
                () -> peer.apply(Flushes.flush(request)).exceptionallyCompose(LedgerEndpoint::told),
                Flushes::response);
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
}
