package io.tallygate.functions.runtime;

import io.tallygate.kernel.Upkeep;
import io.tallygate.ledger.LedgerStore;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Does what a server does in the background: deletes expired records of idempotency keys and of flush numbers, and has every
 * domain do what time asks of it, such as giving back reservations that are due. Thread-safe.
 */
@Singleton
public final class Purge {

    private static final int RECORDS_A_ROUND = 1_000;

    private final LedgerStore store;
    private final List<Upkeep> upkeeps;

    Purge(LedgerStore store, List<Upkeep> upkeeps) {
        this.store = store;
        this.upkeeps = upkeeps;
    }

    /**
     * Goes on until nothing is left or time is up, a little at a time, so that no commit waits long behind it.
     *
     * @return how many records were deleted or changed
     */
    public long run(Instant now, BooleanSupplier timeIsUp) {
        long purged = 0;
        // First, as somebody may wait for what is given back.
        for (Upkeep upkeep : upkeeps) {
            purged += upkeep.run(now, timeIsUp);
        }
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
