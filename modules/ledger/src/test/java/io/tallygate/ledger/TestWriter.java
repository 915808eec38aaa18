package io.tallygate.ledger;

import io.tallygate.kernel.FlushId;
import io.tallygate.kernel.StoreUnavailableException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A writer's flushes, as a group commit would number them. */
public final class TestWriter {

    private static final AtomicInteger WRITERS = new AtomicInteger();
    private static final int ATTEMPTS_MAX = 1_000;

    private final String writer = "writer-" + WRITERS.incrementAndGet();
    private final Instant start;
    private long sequence;

    public TestWriter(Instant start) {
        this.start = start;
    }

    /** Plain changes, and postings after them. */
    public Flush next(List<? extends Change> changes, List<Posting> postings) {
        var all = new ArrayList<Posting>();
        all.add(new Posting(changes));
        all.addAll(postings);
        return next(start, all);
    }

    public Flush next(Instant at, List<Posting> postings) {
        return new Flush(new FlushId(writer, ++sequence), at, postings);
    }

    public Flush changes(Change... changes) {
        return next(List.of(changes), List.of());
    }

    public Flush postings(Posting... postings) {
        return next(start, List.of(postings));
    }

    public Flush postingsAt(Instant at, Posting... postings) {
        return next(at, List.of(postings));
    }

    /** Sends a flush again until it is answered, as a group commit does. */
    public static FlushResult untilAnswered(LedgerStore store, Flush flush) {
        for (int attempt = 1;; attempt++) {
            try {
                return store.apply(flush);
            } catch (StoreUnavailableException e) {
                if (attempt == ATTEMPTS_MAX) {
                    throw e;
                }
            }
        }
    }
}
