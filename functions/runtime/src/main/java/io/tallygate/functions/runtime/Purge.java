package io.tallygate.functions.runtime;

import io.tallygate.ledger.LedgerStore;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.function.BooleanSupplier;

/** Deletes what the store no longer needs: expired records of idempotency keys and of flush numbers. Thread-safe. */
@Singleton
public final class Purge {

    private static final int RECORDS_A_ROUND = 1_000;

    private final LedgerStore store;

    Purge(LedgerStore store) {
        this.store = store;
    }

    /**
     * Deletes until nothing is left or time is up, a little at a time, so that no commit waits long behind it.
     *
     * @return how many records
     */
    public long run(Instant now, BooleanSupplier timeIsUp) {
        long purged = 0;
        int round = RECORDS_A_ROUND;
        while (round == RECORDS_A_ROUND && !timeIsUp.getAsBoolean()) {
            round = store instanceof ForegroundStore foreground
                    ? foreground.purgeNow(now, RECORDS_A_ROUND)
                    : store.purgeExpired(now, RECORDS_A_ROUND);
            purged += round;
        }
        return purged;
    }
}
