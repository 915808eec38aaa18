package io.tallygate.storage.sql;

import io.tallygate.counter.Outcomes;
import java.util.Arrays;

/** The outcomes of a flush's changes while it is applied, one slot a change. Mutable; for one thread. */
final class Ledger {

    private final long[] values;
    private final boolean[] refused;
    private boolean anyRefused;

    Ledger(int slots) {
        this.values = new long[slots];
        this.refused = new boolean[slots];
    }

    void applied(int slot, long value) {
        values[slot] = value;
    }

    void refused(int slot) {
        refused[slot] = true;
        anyRefused = true;
    }

    /** The outcomes of the slots from {@code from}, inclusive, to {@code to}, exclusive. */
    Outcomes outcomes(int from, int to) {
        long[] part = Arrays.copyOfRange(values, from, to);
        return anyRefused ? Outcomes.of(part, Arrays.copyOfRange(refused, from, to)) : Outcomes.applied(part);
    }
}
