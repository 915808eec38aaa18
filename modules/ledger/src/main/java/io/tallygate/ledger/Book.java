package io.tallygate.ledger;

import java.util.regex.Pattern;

/**
 * A kind of rows that are kept together, apart from those of other kinds: a table, or a family of hashes. A domain that
 * stores declares its books as beans; a store makes room for those it is opened with.
 *
 * @param name 1 to 32 lower-case letters, digits and underscores, a letter first; it is part of what is on disk
 * @param kind what its rows hold, all of them the same; it never changes for a name
 */
public record Book(String name, Kind kind) {

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]{0,31}");

    /** What the rows of a book hold. */
    public enum Kind {
        /** A signed 64-bit integer. */
        NUMBERS,
        /** A {@link Document} and its version. */
        DOCUMENTS
    }

    /** @throws IllegalArgumentException when the name breaks its rule */
    public Book {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("book: '" + name + "', must match " + NAME.pattern());
        }
    }

    /** A book of numbers. */
    public Book(String name) {
        this(name, Kind.NUMBERS);
    }

    /** A book of documents. */
    public static Book ofDocuments(String name) {
        return new Book(name, Kind.DOCUMENTS);
    }

    /**
     * Returns when its rows hold that.
     *
     * @throws IllegalArgumentException when they do not
     */
    public void require(Kind wanted) {
        if (kind != wanted) {
            throw new IllegalArgumentException("book: '" + name + "' holds " + kind + ", must hold " + wanted);
        }
    }
}
