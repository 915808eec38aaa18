package io.tallygate.ledger;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Of which books a store records what is committed, as {@link Fact}s in its {@link Outbox}.
 *
 * @param books    all of numbers
 * @param bytesMax how many bytes of facts wait at most, of which each partition of a store that is divided has an equal share; what
 *                 does not fit is left out, and the offsets tell how much that is
 */
public record Recording(Set<Book> books, long bytesMax) {

    /** Of no book. */
    public static final Recording NONE = new Recording(Set.of(), 0);

    /** @throws IllegalArgumentException when a book does not hold numbers */
    public Recording {
        books = Set.copyOf(books);
        books.forEach(book -> book.require(Book.Kind.NUMBERS));
    }

    /** Whether anything is recorded. */
    public boolean isOn() {
        return !books.isEmpty();
    }

    /** All books that a store needs beside its own. */
    public List<Book> booksBeside(Collection<Book> own) {
        var all = new LinkedHashSet<>(own);
        if (isOn()) {
            all.add(Outbox.FACTS);
            all.add(Outbox.NUMBERS);
        }
        return List.copyOf(all);
    }
}
