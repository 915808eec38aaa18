package io.tallygate.counter;

import io.tallygate.ledger.Consistency;
import io.tallygate.ledger.Posting;
import io.tallygate.ledger.PostingResult;
import io.tallygate.ledger.Reading;
import io.tallygate.ledger.RowKey;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * Counters, as callers use them. Thread-safe; no method blocks. A stage fails with an
 * {@link io.tallygate.kernel.UnavailableException} when the store, or this process, cannot serve it now, and with a
 * {@link io.tallygate.kernel.DomainProblemException} when what is in a counter's place is none.
 */
public interface Counters {

    /**
     * Adds, and completes once the store has committed. Increments of one request see each other in order; each gets its
     * own value.
     *
     * @param increments 1 to {@value Increment#REQUEST_MAX}, as {@link Increment#of} makes them
     */
    CompletionStage<PostingResult> write(Posting increments);

    /**
     * Takes the request into memory and returns; it is committed soon after, in the same way. Lost when the process dies
     * first.
     *
     * @throws io.tallygate.kernel.UnavailableException when it is not taken
     */
    void accept(Posting increments);

    /** One counter's value. The counter is named as {@link CounterKey#of} does. */
    CompletionStage<Reading> get(RowKey counter, Consistency consistency);

    /** Many counters' values, in the order asked, each as {@link #get} would give it. */
    CompletionStage<List<Reading>> getAll(List<RowKey> counters, Consistency consistency);

    /** Forgets the counter, whose value is then 0. Ordered with the writes submitted before and after it. */
    CompletionStage<Void> reset(RowKey counter);

    /**
     * The highest values of one type.
     *
     * @param limit 1 to {@value Leaderboard#LIMIT_MAX}
     */
    CompletionStage<Leaderboard> top(String counterType, Window window, int limit);
}
