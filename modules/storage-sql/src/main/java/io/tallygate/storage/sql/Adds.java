package io.tallygate.storage.sql;

import io.tallygate.counter.Change;
import io.tallygate.counter.CounterKey;

/**
 * Adds of different counters, in counter order, with room for what becomes of each. Mutable; for one thread.
 *
 * <p>One upsert changes many rows, and can compare them with one pair of bounds only. It gets the range that all adds
 * agree on: a row it leaves out may still be within its own add's bounds, which {@link Session#add} then asks alone.
 * That happens only to counters near the ends of the range, where the bounds differ.
 */
final class Adds {

    private final Change.Add[] adds;
    private final int[] slots;
    private final Ledger ledger;
    private int size;
    private long lowest = Long.MIN_VALUE;
    private long highest = Long.MAX_VALUE;

    Adds(int capacity, Ledger ledger) {
        this.adds = new Change.Add[capacity];
        this.slots = new int[capacity];
        this.ledger = ledger;
    }

    /** @param slot the place of its outcome in the ledger */
    void append(Change.Add add, int slot) {
        adds[size] = add;
        slots[size++] = slot;
        lowest = Math.max(lowest, add.lowest());
        highest = Math.min(highest, add.highest());
    }

    int size() {
        return size;
    }

    Change.Add get(int i) {
        return adds[i];
    }

    CounterKey counter(int i) {
        return adds[i].counter();
    }

    /** The lowest value from which every one of these adds is allowed. */
    long lowest() {
        return lowest;
    }

    /** The highest such value; below {@link #lowest()} when there is none. */
    long highest() {
        return highest;
    }

    void applied(int i, long value) {
        ledger.applied(slots[i], value);
    }

    void refused(int i) {
        ledger.refused(slots[i]);
    }
}
