package io.tallygate.ledger;

import java.time.Instant;

/**
 * Told of everything that a process committed, in the order in which the store applied it, by whoever has the writer's role, before
 * callers are answered. One thread at a time. It must not block and must not throw.
 */
public interface CommitListener {

    /**
     * {@code delta} was added, which made {@code value}. Several adds may come as one.
     *
     * @param at the same for all changes of one commit
     */
    void added(RowKey row, long delta, long value, Instant at);

    /** The row was forgotten. */
    void deleted(RowKey row, Instant at);

    /** A document was put or deleted, perhaps to what it was before. */
    default void written(RowKey document) {}
}
