package io.tallygate.ledger;

/** A change of one row, as a store applies it. */
public sealed interface Change {

    RowKey row();

    /**
     * Adds {@code delta} to a number, when the value after it is from {@code atLeast} to {@code atMost}; else it is refused
     * and changes nothing. A row that is not there counts as 0. A sum that no 64-bit integer holds is refused, too. A
     * {@code delta} of 0 is a guard: it changes no value, and makes a row that was not there.
     */
    record Add(RowKey row, long delta, long atLeast, long atMost) implements Change {

        /** Bounded by the range of a 64-bit integer alone. */
        public Add(RowKey row, long delta) {
            this(row, delta, Long.MIN_VALUE, Long.MAX_VALUE);
        }

        /** Whether it is bounded by the range of a 64-bit integer alone. */
        public boolean isUnbounded() {
            return atLeast == Long.MIN_VALUE && atMost == Long.MAX_VALUE;
        }

        /** The lowest value before it from which it is applied, when 0 is one. */
        public long lowestBefore() {
            return saturatedDifference(atLeast, delta);
        }

        /** The highest value before it from which it is applied, when 0 is one. */
        public long highestBefore() {
            return saturatedDifference(atMost, delta);
        }

        /** Whether it is applied to a row of this value. */
        public boolean admits(long before) {
            long after = before + delta;
            boolean overflow = ((before ^ after) & (delta ^ after)) < 0;
            return !overflow && after >= atLeast && after <= atMost;
        }

        private static long saturatedDifference(long bound, long delta) {
            long difference = bound - delta;
            if (((bound ^ delta) & (bound ^ difference)) >= 0) {
                return difference;
            }
            return bound < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
        }
    }

    /** Forgets the row; its outcome's value is 0. Refused only for what is in the row's place and is no number. */
    record Delete(RowKey row) implements Change {}
}
