package io.tallygate.counter;

import io.tallygate.kernel.InvalidInputException;

/**
 * One change of one counter.
 *
 * @param delta not 0, at most 2^53 either way: every integer in between is exact in every JSON parser
 */
public record Increment(CounterKey counter, long delta) {

    /** The largest magnitude of a delta, 2^53. */
    public static final long DELTA_MAX = 1L << 53;

    /** @throws InvalidInputException naming {@code delta} */
    public Increment {
        if (delta == 0 || delta > DELTA_MAX || delta < -DELTA_MAX) {
            throw new InvalidInputException(
                    "delta", Long.toString(delta), "must be an integer from -2^53 to 2^53, and not 0");
        }
    }
}
