package io.tallygate.quota;

import io.tallygate.kernel.StageFailures;
import io.tallygate.kernel.UnavailableException;
import io.tallygate.ledger.Book;
import io.tallygate.ledger.Ledger;
import io.tallygate.ledger.Listing;
import io.tallygate.ledger.Row;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives back what is due, each second, and deletes what need not be kept any longer, each minute. Every process does; that
 * several do at once changes nothing. One thread, which waits for the ledger.
 */
final class QuotaSweeper implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(QuotaSweeper.class);
    private static final long ROUND_SECONDS = 1;
    private static final int DUE_AT_ONCE = 500;
    private static final int ROUND_MAX = 20_000;
    private static final int SWEPT_AT_ONCE = 1_000;
    private static final int SWEPT_A_BOOK_MAX = 50_000;
    private static final Duration SWEEP_EVERY = Duration.ofMinutes(1);

    private final Ledger ledger;
    private final Reservations reservations;
    private final QuotaSettings settings;
    private final InstantSource clock;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("quota-sweeper").daemon().factory());
    private Instant sweptAt = Instant.MIN;
    private boolean failing;

    QuotaSweeper(Ledger ledger, Reservations reservations, QuotaSettings settings, InstantSource clock) {
        this.ledger = ledger;
        this.reservations = reservations;
        this.settings = settings;
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
            if (expire(now) && Duration.between(sweptAt, now).compareTo(SWEEP_EVERY) >= 0) {
                sweep(now);
                sweptAt = now;
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

    /**
     * Gives back what is due.
     *
     * @return whether that was all
     */
    boolean expire(Instant now) {
        for (int given = 0; given < ROUND_MAX;) {
            Listing listing = ledger.listThrough(ReservationId.DUE, ReservationId.dueSection(now), DUE_AT_ONCE)
                    .toCompletableFuture().join();
            List<Row> due = listing.rows().stream().filter(row -> row.value() <= now.toEpochMilli()).toList();
            List<CompletableFuture<Void>> ended = due.stream()
                    .map(row -> reservations.expire(row).toCompletableFuture()).toList();
            RuntimeException failure = null;
            for (CompletableFuture<Void> each : ended) {
                try {
                    each.join();
                } catch (CompletionException e) {
                    failure = e;
                }
            }
            if (failure != null) {
                throw failure;
            }
            given += due.size();
            if (!listing.more() || due.isEmpty()) {
                return true;
            }
        }
        return false;
    }

    /** Deletes what need not be kept at an instant. */
    void sweep(Instant now) {
        sweep(ReservationId.BOOK, ReservationId.throughSection(now, Reservation.ANSWERS));
        sweep(UsageRows.LONG, UsageRows.throughSection(UsageRows.LONG, now.minus(settings.keep())));
        sweep(UsageRows.SHORT, UsageRows.throughSection(UsageRows.SHORT, now.minus(settings.keepShort())));
    }

    private void sweep(Book book, String throughSection) {
        int swept = SWEPT_AT_ONCE;
        for (int all = 0; swept == SWEPT_AT_ONCE && all < SWEPT_A_BOOK_MAX; all += swept) {
            swept = ledger.sweep(book, throughSection, SWEPT_AT_ONCE).toCompletableFuture().join();
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
