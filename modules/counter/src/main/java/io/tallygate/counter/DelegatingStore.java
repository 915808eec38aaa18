package io.tallygate.counter;

import java.time.Instant;
import java.util.List;

/**
 * A store that passes everything on, for those that change one thing of another. Several flushes come one by one, so that
 * {@link #apply} is all that needs to be changed about them.
 */
public class DelegatingStore implements CounterStore {

    private final CounterStore store;

    protected DelegatingStore(CounterStore store) {
        this.store = store;
    }

    @Override
    public FlushResult apply(Flush flush) {
        return store.apply(flush);
    }

    @Override
    public long[] read(List<CounterKey> counters) {
        return store.read(counters);
    }

    @Override
    public void readEach(List<CounterKey> counters, Readout readout) {
        store.readEach(counters, readout);
    }

    @Override
    public int readsAtOnceMax() {
        return store.readsAtOnceMax();
    }

    @Override
    public List<Ranked> top(String counterType, int limit) {
        return store.top(counterType, limit);
    }

    @Override
    public int purgeExpired(Instant now, int limit) {
        return store.purgeExpired(now, limit);
    }

    @Override
    public void ping() {
        store.ping();
    }

    @Override
    public boolean shared() {
        return store.shared();
    }

    @Override
    public void close() {
        store.close();
    }
}
