package io.tallygate.ledger;

import org.jspecify.annotations.Nullable;

/**
 * What a row of a book of documents holds.
 *
 * @param version  1 for the first document of a row, and 1 more with every other one; 0 when the row is not there
 * @param document null when the row is not there
 */
public record Versioned(long version, @Nullable Document document) {

    /** A row that is not there. */
    public static final Versioned ABSENT = new Versioned(0, null);

    /** @throws IllegalArgumentException unless both say the same of whether the row is there */
    public Versioned {
        if (version < 0 || (version == 0) != (document == null)) {
            throw new IllegalArgumentException("version " + version + " of " + document);
        }
    }

    public boolean isAbsent() {
        return document == null;
    }
}
