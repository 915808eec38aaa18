package io.tallygate.counter;

import io.tallygate.kernel.FlushId;
import java.time.InstantSource;
import java.util.List;

/**
 * A flush that takes the way of every other one, a counter and its number included, and changes nothing: it adds 0 to a
 * counter and deletes it again. Each has a writer's name of its own, so none is taken for another's repetition.
 * Thread-safe.
 */
final class WriteProbe implements Runnable {

    private static final CounterKey COUNTER = new CounterKey("write", "tallygate.probe");
    private static final List<Change> CHANGES = List.of(Change.Add.single(COUNTER, 0), new Change.Reset(COUNTER));

    private final CounterStore store;
    private final InstantSource clock;

    WriteProbe(CounterStore store, InstantSource clock) {
        this.store = store;
        this.clock = clock;
    }

    /** Fails as {@link CounterStore#apply} does. */
    @Override
    public void run() {
        store.apply(new Flush(new FlushId(CounterLane.newWriter(), 1), clock.instant(), CHANGES, List.of()));
    }
}
