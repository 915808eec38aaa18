package io.tallygate.ledger;

/**
 * That a number was changed, as a store recorded it in the same atomic step. Several adds of one row that were folded are one.
 *
 * @param kind    how it was changed
 * @param book    the name of its book
 * @param section of its row
 * @param id      of its row
 * @param delta   how much was added, not 0; what a row that was forgotten had held is taken away
 * @param value   what the row held then
 * @param place   how many facts there are of the same posting before it
 * @param memo    of its posting, unless that was folded with others
 */
public record Fact(Kind kind, String book, String section, String id, long delta, long value, int place, Memo memo) {

    /** How a number was changed. */
    public enum Kind {
        /** Something was added. */
        ADDED('a'),
        /** The row was forgotten. */
        DELETED('d');

        private final char code;

        Kind(char code) {
            this.code = code;
        }

        char code() {
            return code;
        }

        static Kind of(String code) {
            return switch (code) {
                case "a" -> ADDED;
                case "d" -> DELETED;
                default -> throw new IllegalArgumentException("no kind of a fact: " + code);
            };
        }
    }
}
