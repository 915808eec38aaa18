package io.tallygate.functions.runtime;

import io.tallygate.ledger.DelegatingStore;
import io.tallygate.ledger.LedgerStore;
import java.time.Instant;

/** A store in which only invocations do something: what is otherwise purged in the background is left to {@link Purge}. */
final class ForegroundStore extends DelegatingStore {

    ForegroundStore(LedgerStore store) {
        super(store);
    }

    /** Nothing: the caller is a background thread, which a freeze would stop in the middle of a transaction. */
    @Override
    public int purgeExpired(Instant now, int limit) {
        return 0;
    }

    /** What {@link LedgerStore#purgeExpired} promises. */
    int purgeNow(Instant now, int limit) {
        return super.purgeExpired(now, limit);
    }
}
