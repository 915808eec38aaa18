package io.tallygate.ledger;

import io.tallygate.kernel.StoreUnavailableException;
import java.io.IOException;
import java.util.Random;

/** A store of which, by a seed, one flush in so many does not arrive and the answer to one in as many is lost. */
public final class ReplyLosingStore extends DelegatingStore {

    private final Random random;
    private final int inHowMany;

    /** One in three each. */
    public ReplyLosingStore(LedgerStore store, long seed) {
        this(store, seed, 3);
    }

    /** One in {@code inHowMany} each, which is at least two. */
    public ReplyLosingStore(LedgerStore store, long seed, int inHowMany) {
        super(store);
        this.random = new Random(seed);
        this.inHowMany = inHowMany;
    }

    @Override
    public FlushResult apply(Flush flush) {
        int fate = random.nextInt(inHowMany);
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
