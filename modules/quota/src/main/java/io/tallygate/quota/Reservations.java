package io.tallygate.quota;

import io.tallygate.kernel.DomainProblemException;
import io.tallygate.ledger.Change;
import io.tallygate.ledger.Ledger;
import io.tallygate.ledger.Memo;
import io.tallygate.ledger.Mode;
import io.tallygate.ledger.Posting;
import io.tallygate.ledger.Row;
import io.tallygate.ledger.RowKey;
import io.tallygate.ledger.Versioned;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;

/** Reservations in the ledger, and their ends. Thread-safe; no method blocks. */
final class Reservations {

    private final Ledger ledger;
    private final InstantSource clock;

    Reservations(Ledger ledger, InstantSource clock) {
        this.ledger = ledger;
        this.clock = clock;
    }

    CompletionStage<Reservation> get(ReservationId id) {
        return document(id).thenApply(found -> reservation(id, found));
    }

    private CompletionStage<Versioned> document(ReservationId id) {
        return document(id.row()).thenCompose(found -> found.isAbsent()
                ? document(id.lateRow())
                : CompletableFuture.completedFuture(found));
    }

    private CompletionStage<Versioned> document(RowKey row) {
        return ledger.documents(List.of(row)).thenApply(List::getFirst);
    }

    private static Reservation reservation(ReservationId id, Versioned found) {
        if (found.isAbsent()) {
            throw new DomainProblemException(QuotaProblem.UNKNOWN_RESERVATION,
                    "there is no such reservation, or none any more");
        }
        return Reservation.decode(id, Objects.requireNonNull(found.document()).bytes());
    }

    /**
     * Ends one. Of several ends one wins, by the document's version; the others read what it made of it.
     *
     * @param how from the reservation and its version
     */
    CompletionStage<Ended> end(ReservationId id, BiFunction<Reservation, Long, Ending> how) {
        return Again.until(() -> document(id).thenCompose(
                found -> post(how.apply(reservation(id, found), found.version()))));
    }

    private CompletionStage<Optional<Ended>> post(Ending ending) {
        return switch (ending) {
            case Ending.Same(Reservation ended) -> done(new Ended(ended, true));
            case Ending.Other(Reservation ended) -> done(new Ended(ended, false));
            case Ending.Post post -> ledger.post(Postings.of(post.draft(), null)).thenApply(result -> {
                Draft.Result applied = Postings.answer(result).result();
                if (post.overflowed(applied)) {
                    throw new DomainProblemException(QuotaProblem.QUOTA_OVERFLOW,
                            "what was used would leave the range of amounts; nothing was changed");
                }
                return applied.applied() ? Optional.of(new Ended(post.after(), true)) : Optional.empty();
            });
        };
    }

    private static CompletionStage<Optional<Ended>> done(Ended ended) {
        return CompletableFuture.completedFuture(Optional.of(ended));
    }

    /**
     * Gives back what was found to be due, unless another end was faster; or deletes it, when it has ended late and answered for
     * its time. A row that nobody would find a reservation for is deleted.
     *
     * @param due of {@link ReservationId#DUE}
     * @return whether it was given back because its time was over
     */
    CompletionStage<Boolean> expire(Row due) {
        ReservationId id = ReservationId.parse(due.id());
        return document(id).thenCompose(found -> {
            if (found.isAbsent() || due.value() != reservation(id, found).expiresAt().toEpochMilli()) {
                return forget(due, id);
            }
            Instant now = clock.instant();
            return end(id, (reservation, version) -> Reserving.expire(reservation, version,
                    now.isBefore(reservation.expiresAt()) ? reservation.expiresAt() : now)).thenApply(Ended::asAsked);
        });
    }

    private CompletionStage<Boolean> forget(Row due, ReservationId id) {
        var row = new RowKey(ReservationId.DUE, due.section(), due.id(), id.home());
        return ledger.post(new Posting(null, Mode.ALL,
                List.of(new Change.Delete(row), new Change.Delete(id.lateRow())), Memo.EMPTY)).thenApply(result -> {
                    var _ = Postings.answer(result);
                    return false;
                });
    }
}
