package io.tallygate.http.counter;

import io.tallygate.counter.Counters;
import io.tallygate.ledger.Change;
import io.tallygate.ledger.IdempotencyKey;
import io.tallygate.ledger.Memo;
import io.tallygate.ledger.Mode;
import io.tallygate.ledger.Posting;
import io.tallygate.ledger.PostingResult;
import io.tallygate.ledger.RowKey;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;

/**
 * Single increments whose {@code Idempotency-Key} version 0.1.0 recorded: it had a name space of its own for the header. Their
 * records answer for the rest of their 24 hours, so a process asks for them before it adds, until it has run for as long.
 */
final class FormerKeys {

    private static final long ASKED_NANOS = IdempotencyKey.LIFE.plus(Duration.ofHours(1)).toNanos();

    private final Counters counters;
    private final LongSupplier ticker;
    private final long startedNanos;

    /** @param ticker nanoseconds that only rise */
    FormerKeys(Counters counters, LongSupplier ticker) {
        this.counters = counters;
        this.ticker = ticker;
        this.startedNanos = ticker.getAsLong();
    }

    /** Adds, unless the request was answered under its former key; then that is the answer. */
    CompletionStage<PostingResult> write(Posting increment, IdempotencyKey former) {
        if (ticker.getAsLong() - startedNanos > ASKED_NANOS) {
            return counters.write(increment);
        }
        return counters.write(question(former, increment.changes().getFirst().row())).thenCompose(known -> {
            boolean answers = !(known instanceof PostingResult.Committed committed) || committed.replayed();
            return answers ? CompletableFuture.completedFuture(known) : counters.write(increment);
        });
    }

    /** A posting that is always refused, and leaves no record where there is none. */
    static Posting question(IdempotencyKey former, RowKey row) {
        var key = new IdempotencyKey(former.id(), former.fingerprint(), Duration.ZERO, Duration.ZERO);
        return new Posting(key, Mode.EACH, List.of(new Change.Add(row, 0, Long.MAX_VALUE, Long.MIN_VALUE)), Memo.EMPTY);
    }
}
