package io.tallygate.ledger;

/** A change of one row, as a store applies it. */
public sealed interface Change {

    /** In place of a version: whatever version is there, or none. */
    long ANY = -1;

    RowKey row();

    /**
     * Adds {@code delta} to a number, when the value after it is from {@code atLeast} to {@code atMost}; else it is refused
     * and changes nothing. A row that is not there counts as 0. A sum that no 64-bit integer holds is refused, too. A
     * {@code delta} of 0 is a guard: it changes no value, and makes a row that was not there.
     */
    record Add(RowKey row, long delta, long atLeast, long atMost) implements Change {

        /** @throws IllegalArgumentException when the row's book does not hold numbers */
        public Add {
            row.book().require(Book.Kind.NUMBERS);
        }

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

        /**
         * How much of {@code delta} is applied to a row of this value in a mode that {@linkplain Mode#fits fits}: what has its
         * sign, is nearest to it and keeps the bounds; 0 when nothing does, and when it is 0 itself.
         */
        public long fitting(long before) {
            long room = delta > 0
                    ? Math.min(delta, saturatedDifference(atMost, before))
                    : Math.max(delta, saturatedDifference(atLeast, before));
            if (delta > 0 ? room <= 0 : room >= 0) {
                return 0;
            }
            long after = before + room;
            return after >= atLeast && after <= atMost ? room : 0;
        }

        /** Whether it is applied to a row of this value. */
        public boolean admits(long before) {
            return admits(before, delta);
        }

        /** Whether {@code part} of it is applied to a row of this value. */
        boolean admits(long before, long part) {
            long after = before + part;
            boolean overflow = ((before ^ after) & (part ^ after)) < 0;
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

    /**
     * Writes a document in place of the one that is there. The row's version becomes the last one and 1; the outcome's value is
     * the version.
     *
     * @param ifVersion {@link #ANY}; or the version that must be there, 0 for none: else the change is refused for
     *                  {@link Refusal#VERSION}, and the outcome's value is the version that stands
     */
    record Put(RowKey row, long ifVersion, Document document) implements Change {

        /** @throws IllegalArgumentException when the row's book does not hold documents, or the version is below -1 */
        public Put {
            row.book().require(Book.Kind.DOCUMENTS);
            requireVersion(ifVersion);
        }
    }

    /**
     * Forgets the row, and for a document its version, too: the next one is version 1 again. The outcome's value is 0. A row that
     * is not there stays so.
     *
     * @param ifVersion as {@link Put}'s; {@link #ANY} for a number
     */
    record Delete(RowKey row, long ifVersion) implements Change {

        /** @throws IllegalArgumentException when a number is to have a version, or the version is below -1 */
        public Delete {
            requireVersion(ifVersion);
            if (ifVersion != ANY) {
                row.book().require(Book.Kind.DOCUMENTS);
            }
        }

        /** Whatever is there. */
        public Delete(RowKey row) {
            this(row, ANY);
        }
    }

    private static void requireVersion(long ifVersion) {
        if (ifVersion < ANY) {
            throw new IllegalArgumentException("version: " + ifVersion + ", must be -1 or more");
        }
    }
}
