package io.tallygate.quota;

import io.tallygate.kernel.StageFailures;
import io.tallygate.kernel.UnavailableException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has what is due given back each second, and what need not be kept any longer deleted each minute. Every process with the
 * store does; that several do at once changes nothing. One thread, which waits for the ledger.
 */
final class QuotaRounds implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(QuotaRounds.class);
    private static final long ROUND_SECONDS = 1;
    private static final Duration SWEEP_EVERY = Duration.ofMinutes(1);
    /** Of a round: what became due meanwhile is given back soon, however many rows there are to delete. */
    private static final Duration SWEEP_MAX = Duration.ofMillis(500);

    private final QuotaSweeper sweeper;
    private final InstantSource clock;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("quota-sweeper").daemon().factory());
    private Instant sweptAt = Instant.MIN;
    private boolean failing;

    QuotaRounds(QuotaSweeper sweeper, InstantSource clock) {
        this.sweeper = sweeper;
        this.clock = clock;
    }

    /** Begins. */
    void start() {
        var _ = thread.scheduleWithFixedDelay(this::round, ROUND_SECONDS, ROUND_SECONDS, TimeUnit.SECONDS);
    }

    /** Whatever goes wrong, the next round comes: a scheduled task that throws is never run again. */
    private void round() {
        try {
            Instant now = clock.instant();
            // What is held is not deleted: nothing is swept before all that is due was given back.
            if (sweeper.expire(now) && Duration.between(sweptAt, now).compareTo(SWEEP_EVERY) >= 0) {
                Instant until = clock.instant().plus(SWEEP_MAX);
                BooleanSupplier timeIsUp = () -> clock.instant().isAfter(until);
                var _ = sweeper.sweep(now, timeIsUp);
                sweptAt = timeIsUp.getAsBoolean() ? sweptAt : now;
            }
            failing = false;
        } catch (RuntimeException e) {
            Throwable cause = StageFailures.cause(e);
            if (!failing && !(cause instanceof UnavailableException) && !thread.isShutdown()) {
                LOG.warn("Reservations cannot be given back; it is tried again each second", cause);
            }
            failing = true;
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
