package io.tallygate.ledger;

import io.tallygate.kernel.StoreUnavailableException;
import java.io.IOException;
import java.util.Random;

/** A store of which, by a seed, one flush in three does not arrive and the answer to one in three is lost. */
public final class ReplyLosingStore extends DelegatingStore {

    private final Random random;

    public ReplyLosingStore(LedgerStore store, long seed) {
        super(store);
        this.random = new Random(seed);
    }

    @Override
    public FlushResult apply(Flush flush) {
        int fate = random.nextInt(3);
        if (fate == 0) {
            throw new StoreUnavailableException("injected: not sent", new IOException());
        }
        FlushResult result = super.apply(flush);
        if (fate == 1) {
            throw new StoreUnavailableException("injected: reply lost", new IOException());
        }
        return result;
    }
}
