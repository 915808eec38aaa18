package io.tallygate.functions.runtime;

import io.tallygate.counter.CounterKey;
import io.tallygate.counter.CounterStore;
import io.tallygate.counter.Flush;
import io.tallygate.counter.FlushResult;
import java.time.Instant;
import java.util.List;

/** A store in which only invocations do something: what is otherwise purged in the background is left to {@link Purge}. */
final class ForegroundStore implements CounterStore {

    private final CounterStore store;

    ForegroundStore(CounterStore store) {
        this.store = store;
    }

    /** Nothing: the caller is a background thread, which a freeze would stop in the middle of a transaction. */
    @Override
    public int purgeExpired(Instant now, int limit) {
        return 0;
    }

    /** What {@link CounterStore#purgeExpired} promises. */
    int purgeNow(Instant now, int limit) {
        return store.purgeExpired(now, limit);
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
    public List<Ranked> top(String counterType, int limit) {
        return store.top(counterType, limit);
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
