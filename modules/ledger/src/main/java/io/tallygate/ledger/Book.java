package io.tallygate.ledger;

import java.util.regex.Pattern;

/**
 * A kind of rows that are kept together, apart from those of other kinds: a table, or a family of hashes. A domain that
 * stores declares its books as beans; a store makes room for those it is opened with.
 *
 * @param name 1 to 32 lower-case letters, digits and underscores, a letter first; it is part of what is on disk
 */
public record Book(String name) {

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]{0,31}");

    /** @throws IllegalArgumentException when the name breaks its rule */
    public Book {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("book: '" + name + "', must match " + NAME.pattern());
        }
    }
}
