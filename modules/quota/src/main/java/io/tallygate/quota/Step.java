package io.tallygate.quota;

import io.tallygate.ledger.RowKey;

/** One change of a {@link Draft}, with the meaning that the ledger gives it. */
sealed interface Step {

    RowKey row();

    /** Adds to a number, when the value after it is from {@code atLeast} to {@code atMost}; a delta of 0 is a guard. */
    record Add(RowKey row, long delta, long atLeast, long atMost) implements Step {

        /** Refused only where a 64-bit integer ends. */
        static Add unbounded(RowKey row, long delta) {
            return new Add(row, delta, Long.MIN_VALUE, Long.MAX_VALUE);
        }
    }

    /** Writes a document, when this version is there, 0 for none. Its result is the version. */
    record Put(RowKey row, long ifVersion, byte[] document) implements Step {}

    /** Forgets a number. Its result is 0. */
    record Delete(RowKey row) implements Step {}
}
