package io.tallygate.ledger;

import io.tallygate.kernel.StoreUnavailableException;
import java.time.InstantSource;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Deletes expired records from the store, a little each second, so that a commit never waits long behind it. */
final class Housekeeping implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);
    private static final int RECORDS_A_ROUND = 1_000;
    private static final long ROUND_SECONDS = 1;

    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("ledger-housekeeping").daemon().factory());
    private boolean refused;

    Housekeeping(LedgerStore store, InstantSource clock) {
        var _ = thread.scheduleWithFixedDelay(() -> purge(store, clock), ROUND_SECONDS, ROUND_SECONDS,
                TimeUnit.SECONDS);
    }

    /** Whatever it throws, the next round comes: a scheduled task that throws is never run again. */
    private void purge(LedgerStore store, InstantSource clock) {
        try {
            store.purgeExpired(clock.instant(), RECORDS_A_ROUND);
            refused = false;
        } catch (StoreUnavailableException later) {
            // Writers and readiness report the store.
        } catch (RuntimeException e) {
            if (!refused) {
                LOG.warn("Expired records cannot be deleted; it is tried again each second: {}", e.getMessage());
            }
            refused = true;
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
