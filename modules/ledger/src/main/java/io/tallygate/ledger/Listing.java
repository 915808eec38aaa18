package io.tallygate.ledger;

import java.util.List;

/**
 * Rows in the order in which they were asked for, or the first of them.
 *
 * @param more whether there may be others behind the last one, of which a further question tells
 */
public record Listing(List<Row> rows, boolean more) {

    /**
     * The limit, where it is one.
     *
     * @throws IllegalArgumentException unless it is 1 to {@link Ledger#ROWS_MAX}
     */
    public static int requireLimit(int limit) {
        if (limit < 1 || limit > Ledger.ROWS_MAX) {
            throw new IllegalArgumentException("limit: " + limit + ", must be 1 to " + Ledger.ROWS_MAX);
        }
        return limit;
    }
}
