package io.tallygate.counter;

import io.tallygate.kernel.StoreUnavailableException;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Random;

/** A store of which, by a seed, one flush in three does not arrive and the answer to one in three is lost. */
public final class ReplyLosingStore implements CounterStore {

    private final CounterStore store;
    private final Random random;

    public ReplyLosingStore(CounterStore store, long seed) {
        this.store = store;
        this.random = new Random(seed);
    }

    @Override
    public FlushResult apply(Flush flush) {
        int fate = random.nextInt(3);
        if (fate == 0) {
            throw new StoreUnavailableException("injected: not sent", new IOException());
        }
        FlushResult result = store.apply(flush);
        if (fate == 1) {
            throw new StoreUnavailableException("injected: reply lost", new IOException());
        }
        return result;
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
