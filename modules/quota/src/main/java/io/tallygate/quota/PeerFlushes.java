package io.tallygate.quota;

import io.tallygate.kernel.StageFailures;
import io.tallygate.kernel.StoreUnavailableException;
import io.tallygate.kernel.UnavailableException;
import io.tallygate.kernel.UnknownOutcomeException;
import io.tallygate.ledger.Flush;
import io.tallygate.ledger.FlushApplier;
import io.tallygate.ledger.FlushResult;
import io.tallygate.ledger.LedgerPeer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Flushes of a lane in the process that has the store: what that cannot take now is sent again. */
final class PeerFlushes implements FlushApplier {

    private final LedgerPeer peer;

    PeerFlushes(LedgerPeer peer) {
        this.peer = peer;
    }

    @Override
    public CompletionStage<FlushResult> apply(Flush flush) {
        return peer.apply(flush).exceptionallyCompose(failure -> CompletableFuture.failedFuture(
                inTermsOfStore(StageFailures.cause(failure))));
    }

    private static Throwable inTermsOfStore(Throwable failure) {
        return switch (failure) {
            case StoreUnavailableException unknown -> unknown;
            case UnknownOutcomeException unknown -> unknown;
            case UnavailableException later -> new StoreUnavailableException(String.valueOf(later.getMessage()), later);
            default -> failure;
        };
    }
}
