package io.tallygate.ledger;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.function.LongSupplier;

/** A store whose records expire by an {@link ExpiryClock}, so that a wall clock set forward makes it forget nothing. */
final class DatedStore extends DelegatingStore {

    private final LedgerStore store;
    private final ExpiryClock expiry;

    DatedStore(LedgerStore store, InstantSource clock, LongSupplier ticker) {
        super(store);
        this.store = store;
        this.expiry = new ExpiryClock(clock, ticker);
    }

    @Override
    public FlushResult apply(Flush flush) {
        return store.apply(expiry.dated(flush));
    }

    @Override
    public List<FlushResult> applyAll(List<Flush> flushes) {
        return store.applyAll(flushes.stream().map(expiry::dated).toList());
    }

    @Override
    public int purgeExpired(Instant now, int limit) {
        Instant believed = expiry.instant();
        return store.purgeExpired(now.isBefore(believed) ? now : believed, limit);
    }
}
