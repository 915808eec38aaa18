package io.tallygate.counter;

import java.time.InstantSource;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Deletes expired records from the store, a little each second, so that a commit never waits long behind it. */
final class Housekeeping implements AutoCloseable {

    private static final int RECORDS_A_ROUND = 1_000;
    private static final long ROUND_SECONDS = 1;

    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("counter-housekeeping").daemon().factory());

    Housekeeping(CounterStore store, InstantSource clock) {
        thread.scheduleWithFixedDelay(() -> purge(store, clock), ROUND_SECONDS, ROUND_SECONDS, TimeUnit.SECONDS);
    }

    private static void purge(CounterStore store, InstantSource clock) {
        try {
            store.purgeExpired(clock.instant(), RECORDS_A_ROUND);
        } catch (RuntimeException later) {
            // The next round does it, which an exception from here would end for good; others report the store.
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
