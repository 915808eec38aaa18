package io.tallygate.ledger;

/**
 * The name of a row.
 *
 * @param book    what kind of row it is
 * @param section what it is listed, ranked and swept with, such as a counter type: 1 to 256 bytes of UTF-8 without control
 *                characters
 * @param id      which one of its section it is: the same
 * @param home    where a store that is divided keeps it: in the partition of this number, taken as unsigned, modulo their
 *                count. One row always has one home, and rows that change together, all or none, have the same one
 */
public record RowKey(Book book, String section, String id, int home) implements Comparable<RowKey> {

    /** Orders by book, then section, then id: the order in which stores take rows. */
    @Override
    public int compareTo(RowKey other) {
        int byBook = book.name().compareTo(other.book.name());
        if (byBook != 0) {
            return byBook;
        }
        int bySection = section.compareTo(other.section);
        return bySection != 0 ? bySection : id.compareTo(other.id);
    }

    /** By the name alone: a home follows from it. */
    @Override
    public boolean equals(Object other) {
        return other instanceof RowKey that && id.equals(that.id) && section.equals(that.section)
                && book.equals(that.book);
    }

    @Override
    public int hashCode() {
        return 31 * section.hashCode() + id.hashCode();
    }
}
