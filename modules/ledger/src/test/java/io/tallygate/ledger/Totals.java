package io.tallygate.ledger;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/** What was added to each row, as commits tell it. Thread-safe. */
final class Totals implements CommitWitness {

    private final Map<RowKey, Long> sums = new HashMap<>();
    private int kept;

    @Override
    public synchronized void added(RowKey row, long delta, long value, Instant at) {
        sums.merge(row, delta, Long::sum);
    }

    @Override
    public synchronized void deleted(RowKey row, Instant at) {
        sums.remove(row);
    }

    @Override
    public synchronized void keep() {
        kept++;
    }

    synchronized long of(RowKey row) {
        return sums.getOrDefault(row, 0L);
    }

    /** How often it was told to keep what it knows. */
    synchronized int kept() {
        return kept;
    }
}
