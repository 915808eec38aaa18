package io.tallygate.counter;

import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * Counters, as callers use them. Thread-safe; no method blocks. A stage fails with an
 * {@link io.tallygate.kernel.UnavailableException} when the store, or this process, cannot serve it now.
 */
public interface Counters {

    /**
     * Adds, and completes once the store has committed. Increments of one write see each other in order; each gets its
     * own value.
     */
    CompletionStage<WriteResult> write(Write write);

    /**
     * Takes the write into memory and returns; it is committed soon after, in the same way. Lost when the process dies
     * first.
     *
     * @throws io.tallygate.kernel.UnavailableException when it is not taken
     */
    void accept(Write write);

    /** One counter's value. */
    CompletionStage<Reading> get(CounterKey counter, Consistency consistency);

    /** Many counters' values, in the order asked, each as {@link #get} would give it. */
    CompletionStage<List<Reading>> getAll(List<CounterKey> counters, Consistency consistency);

    /** Forgets the counter, whose value is then 0. Ordered with the writes submitted before and after it. */
    CompletionStage<Void> reset(CounterKey counter);

    /**
     * The highest values of one type.
     *
     * @param limit 1 to {@value Leaderboard#LIMIT_MAX}
     */
    CompletionStage<Leaderboard> top(String counterType, Window window, int limit);
}
