package io.tallygate.ledger;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Changes that are applied in one atomic step and, when they carry a key, once.
 *
 * @param key     names the request, so that a repetition gets the first answer; without one a repetition counts again
 * @param mode    how the changes stand together
 * @param changes in their order, at least one where there is a key; a row may occur more than once. Those of
 *                {@link Mode#ALL} have rows of one home
 * @param memo    kept with the key's record and told again to a repetition; empty without a key
 */
public record Posting(@Nullable IdempotencyKey key, Mode mode, List<? extends Change> changes, Memo memo) {

    /** @throws IllegalArgumentException when there is a key and no change */
    public Posting {
        if (key != null && changes.isEmpty()) {
            throw new IllegalArgumentException("a posting with a key must have a change");
        }
    }

    /** Each change by itself, without a memo. */
    public Posting(@Nullable IdempotencyKey key, List<? extends Change> changes) {
        this(key, Mode.EACH, changes, Memo.EMPTY);
    }

    /** Each change by itself, without a key. */
    public Posting(List<? extends Change> changes) {
        this(null, changes);
    }

    /** Whether its changes may be counted with those of others: nothing about it is for the store to decide as a whole. */
    boolean isPlain() {
        return key == null && mode == Mode.EACH;
    }
}
