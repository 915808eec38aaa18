package io.tallygate.counter;

import java.time.Instant;

/** Told of everything that was committed, on the writer thread, before callers are answered. */
interface CommitListener {

    /** {@code delta} was added, which made {@code value}. Several increments may come as one. */
    void added(CounterKey counter, long delta, long value, Instant at);

    /** The counter was forgotten. */
    void reset(CounterKey counter, Instant at);
}
