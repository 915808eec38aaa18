package io.tallygate.storage.redis;

import io.tallygate.counter.CounterStore;
import io.tallygate.counter.DelegatingStore;
import io.tallygate.counter.Flush;
import io.tallygate.counter.FlushResult;
import io.tallygate.kernel.Await;
import io.tallygate.kernel.StoreUnavailableException;

/** A store that, when it is unavailable, says so only once it is back, as a writer that waits between attempts sees it. */
final class PatientStore extends DelegatingStore {

    PatientStore(CounterStore store) {
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
