package io.tallygate.quota;

import io.tallygate.kernel.StageFailures;
import io.tallygate.kernel.StoreUnavailableException;
import io.tallygate.kernel.UnavailableException;
import io.tallygate.kernel.UnknownOutcomeException;
import io.tallygate.ledger.Flush;
import io.tallygate.ledger.FlushApplier;
import io.tallygate.ledger.FlushResult;
import io.tallygate.ledger.LedgerPeer;
import java.util.concurrent.CompletionException;

/** Flushes of a lane in the process that has the store. Waits for their results: a lane's thread has nothing else to do. */
final class PeerFlushes implements FlushApplier {

    private final LedgerPeer peer;

    PeerFlushes(LedgerPeer peer) {
        this.peer = peer;
    }

    @Override
    public FlushResult apply(Flush flush) {
        try {
            return peer.apply(flush).toCompletableFuture().join();
        } catch (CompletionException e) {
            throw switch (StageFailures.cause(e)) {
                case StoreUnavailableException unknown -> unknown;
                case UnknownOutcomeException unknown -> unknown;
                case UnavailableException later -> new StoreUnavailableException(String.valueOf(later.getMessage()),
                        later);
                case RuntimeException other -> other;
                case Throwable other -> new IllegalStateException(other);
            };
        }
    }
}
