package io.tallygate.ledger;

import java.util.List;
import java.util.function.IntFunction;

/**
 * Cuts what a store lists to what {@link Ledger#list} tells. How large documents are is known when they are there, so a few
 * are read first, and as many as may be told only where those were small.
 */
final class Listings {

    private static final int FIRST_MAX = 8;
    /** So that those after them, if they are alike, fit the answer. */
    private static final int FIRST_BYTES_MAX = Ledger.LISTING_BYTES_MAX / (Ledger.DOCUMENTS_MAX / FIRST_MAX);

    private Listings() {}

    /** @param store lists the first rows, up to a number */
    static Listing read(Book book, int limit, IntFunction<List<Row>> store) {
        if (book.kind() == Book.Kind.NUMBERS) {
            return listing(store.apply(limit), limit);
        }
        int most = Math.min(limit, Ledger.DOCUMENTS_MAX);
        int first = Math.min(most, FIRST_MAX);
        List<Row> rows = store.apply(first);
        return first < most && rows.size() == first && bytes(rows) <= FIRST_BYTES_MAX
                ? listing(store.apply(most), most)
                : listing(rows, first);
    }

    private static long bytes(List<Row> rows) {
        return rows.stream().mapToLong(Listings::bytes).sum();
    }

    private static int bytes(Row row) {
        Document document = row.document();
        return document == null ? 0 : document.length();
    }

    private static Listing listing(List<Row> rows, int asked) {
        long bytes = 0;
        for (int told = 0; told < rows.size(); told++) {
            bytes += bytes(rows.get(told));
            if (bytes > Ledger.LISTING_BYTES_MAX && told > 0) {
                return new Listing(rows.subList(0, told), true);
            }
        }
        return new Listing(rows, rows.size() == asked);
    }
}
