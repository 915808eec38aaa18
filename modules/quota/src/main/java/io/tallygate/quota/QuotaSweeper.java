package io.tallygate.quota;

import io.tallygate.kernel.Upkeep;
import io.tallygate.ledger.Book;
import io.tallygate.ledger.Ledger;
import io.tallygate.ledger.Listing;
import io.tallygate.ledger.Row;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;

/** Gives back what is due, and deletes what need not be kept any longer. Waits for the ledger. Thread-safe. */
final class QuotaSweeper implements Upkeep {

    private static final int DUE_AT_ONCE = 500;
    private static final int ROUND_MAX = 20_000;
    private static final int SWEPT_AT_ONCE = 1_000;
    private static final int SWEPT_A_BOOK_MAX = 50_000;

    private final Ledger ledger;
    private final Reservations reservations;
    private final QuotaSettings settings;
    private final LongAdder expired;

    /** @param expired counts what is given back */
    QuotaSweeper(Ledger ledger, Reservations reservations, QuotaSettings settings, LongAdder expired) {
        this.ledger = ledger;
        this.reservations = reservations;
        this.settings = settings;
        this.expired = expired;
    }

    /** What is held is not deleted: nothing is swept before all that is due was given back. */
    @Override
    public long run(Instant now, BooleanSupplier timeIsUp) {
        long before = expired.sum();
        boolean all = expire(now, timeIsUp);
        return expired.sum() - before + (all ? sweep(now, timeIsUp) : 0);
    }

    /**
     * Gives back what is due.
     *
     * @return whether that was all
     */
    boolean expire(Instant now) {
        return expire(now, () -> false);
    }

    private boolean expire(Instant now, BooleanSupplier timeIsUp) {
        for (int given = 0; given < ROUND_MAX && !timeIsUp.getAsBoolean();) {
            Listing listing = ledger.listThrough(ReservationId.DUE, ReservationId.dueSection(now), DUE_AT_ONCE)
                    .toCompletableFuture().join();
            List<Row> due = listing.rows().stream().filter(row -> row.value() <= now.toEpochMilli()).toList();
            List<CompletableFuture<Boolean>> ended = due.stream()
                    .map(row -> reservations.expire(row).toCompletableFuture()).toList();
            RuntimeException failure = null;
            for (CompletableFuture<Boolean> each : ended) {
                try {
                    expired.add(each.join() ? 1 : 0);
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

    /**
     * Deletes what need not be kept at an instant, until the time is up.
     *
     * @return how many rows
     */
    long sweep(Instant now, BooleanSupplier timeIsUp) {
        return sweep(ReservationId.BOOK, ReservationId.throughSection(now, Reservation.ANSWERS), timeIsUp)
                + sweep(UsageRows.LONG, UsageRows.throughSection(UsageRows.LONG, now.minus(settings.keep())), timeIsUp)
                + sweep(UsageRows.SHORT, UsageRows.throughSection(UsageRows.SHORT, now.minus(settings.keepShort())),
                        timeIsUp);
    }

    private long sweep(Book book, String throughSection, BooleanSupplier timeIsUp) {
        int swept = SWEPT_AT_ONCE;
        long all = 0;
        while (swept == SWEPT_AT_ONCE && all < SWEPT_A_BOOK_MAX && !timeIsUp.getAsBoolean()) {
            swept = ledger.sweep(book, throughSection, SWEPT_AT_ONCE).toCompletableFuture().join();
            all += swept;
        }
        return all;
    }
}
