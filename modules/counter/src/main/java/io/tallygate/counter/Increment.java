package io.tallygate.counter;

import io.tallygate.kernel.InvalidInputException;
import io.tallygate.ledger.Change;
import io.tallygate.ledger.RowKey;

/** What may be added to a counter at once. */
public final class Increment {

    /** The largest magnitude of a delta, 2^53: every integer up to there is exact in every JSON parser. */
    public static final long DELTA_MAX = 1L << 53;

    /** The most increments in one request. */
    public static final int REQUEST_MAX = 1000;

    private Increment() {}

    /**
     * One increment of one counter, which only the range of a 64-bit integer bounds.
     *
     * @param counter as {@link CounterKey#of} makes it
     * @param delta   not 0, at most {@link #DELTA_MAX} either way
     * @throws InvalidInputException naming {@code delta}
     */
    public static Change.Add of(RowKey counter, long delta) {
        if (delta == 0 || delta > DELTA_MAX || delta < -DELTA_MAX) {
            throw new InvalidInputException(
                    "delta", Long.toString(delta), "must be an integer from -2^53 to 2^53, and not 0");
        }
        return new Change.Add(counter, delta);
    }
}
