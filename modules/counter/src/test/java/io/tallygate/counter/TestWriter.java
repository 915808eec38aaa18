package io.tallygate.counter;

import io.tallygate.kernel.FlushId;
import io.tallygate.kernel.StoreUnavailableException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** One writer of flushes: numbers them, and puts changes into the order that the port asks for. */
final class TestWriter {

    private static final AtomicInteger WRITERS = new AtomicInteger();
    private static final int ATTEMPTS_MAX = 1_000;

    private final String writer = "writer-" + WRITERS.incrementAndGet();
    private final Instant start;
    private long sequence;

    TestWriter(Instant start) {
        this.start = start;
    }

    Flush next(List<? extends Change> changes, List<KeyedRequest> requests) {
        return next(start, changes, requests);
    }

    Flush next(Instant at, List<? extends Change> changes, List<KeyedRequest> requests) {
        var ordered = new ArrayList<Change>(changes);
        ordered.sort(Comparator.comparing(Change::counter));
        return new Flush(new FlushId(writer, ++sequence), at, ordered, requests);
    }

    Flush changes(Change... changes) {
        return next(List.of(changes), List.of());
    }

    Flush keyed(KeyedRequest... requests) {
        return next(List.of(), List.of(requests));
    }

    Flush keyedAt(Instant at, KeyedRequest... requests) {
        return next(at, List.of(), List.of(requests));
    }

    /** Sends a flush again until it is answered, as a group commit does. */
    static FlushResult untilAnswered(CounterStore store, Flush flush) {
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
