package io.tallygate.storage.redis;

import io.tallygate.kernel.Await;
import io.tallygate.kernel.StoreUnavailableException;
import io.tallygate.ledger.DelegatingStore;
import io.tallygate.ledger.Flush;
import io.tallygate.ledger.FlushResult;
import io.tallygate.ledger.LedgerStore;

/** A store that, when it is unavailable, says so only once it is back, as a writer that waits between attempts sees it. */
final class PatientStore extends DelegatingStore {

    PatientStore(LedgerStore store) {
        super(store);
    }

    @Override
    public FlushResult apply(Flush flush) {
        try {
            return super.apply(flush);
        } catch (StoreUnavailableException e) {
            awaitAvailable();
            throw e;
        }
    }

    void awaitAvailable() {
        Await.until("the store answers", () -> {
            try {
                ping();
                return true;
            } catch (StoreUnavailableException e) {
                return false;
            }
        });
    }
}
