package io.tallygate.counter;

/** A change of one counter's row, as a store applies it. */
public sealed interface Change {

    CounterKey counter();

    /**
     * Adds {@code delta}, when the value before it is from {@code lowest} to {@code highest}; else it is refused and
     * changes nothing. The value of a counter without a row is 0, which is always in between.
     *
     * <p>The bounds make overflow a comparison that every store can do exactly: for one increment they are the values
     * that can take it; for several folded into one they leave so much room that no order of them can overflow.
     */
    record Add(CounterKey counter, long delta, long lowest, long highest) implements Change {

        private static final long FOLDED_RANGE = 1L << 62;

        /** One increment, exact to the last value of the range. */
        public static Add single(CounterKey counter, long delta) {
            return delta > 0
                    ? new Add(counter, delta, Long.MIN_VALUE, Long.MAX_VALUE - delta)
                    : new Add(counter, delta, Long.MIN_VALUE - delta, Long.MAX_VALUE);
        }

        /** The sum of several increments whose partial sums all stay within ±2^61. */
        public static Add folded(CounterKey counter, long sum) {
            return new Add(counter, sum, -FOLDED_RANGE, FOLDED_RANGE);
        }
    }

    /** Forgets the counter; its outcome's value is 0. Refused only for what is in the counter's place and is no number. */
    record Reset(CounterKey counter) implements Change {}
}
