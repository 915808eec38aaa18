package io.tallygate.ledger;

import io.tallygate.kernel.FlushId;
import java.time.InstantSource;
import java.util.List;

/**
 * A flush that takes the way of every other one, a row and its number included, and changes nothing: it makes a row and
 * deletes it again. Each has a writer's name of its own, so none is taken for another's repetition.
 * Thread-safe.
 */
final class WriteProbe implements Runnable {

    private final LedgerStore store;
    private final InstantSource clock;
    private final List<Posting> postings;

    /** @param book one that the store has */
    WriteProbe(LedgerStore store, InstantSource clock, Book book) {
        this.store = store;
        this.clock = clock;
        var row = new RowKey(book, "tallygate.probe", "write", 0);
        Change made = switch (book.kind()) {
            case NUMBERS -> new Change.Add(row, 0);
            case DOCUMENTS -> new Change.Put(row, Change.ANY, Document.of(new byte[0]));
        };
        this.postings = List.of(new Posting(List.of(made, new Change.Delete(row))));
    }

    /** Fails as {@link LedgerStore#apply} does. */
    @Override
    public void run() {
        store.apply(new Flush(new FlushId(Lane.newWriter(), 1), clock.instant(), postings));
    }
}
