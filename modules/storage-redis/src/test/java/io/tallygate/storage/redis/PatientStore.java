package io.tallygate.storage.redis;

import io.tallygate.counter.CounterKey;
import io.tallygate.counter.CounterStore;
import io.tallygate.counter.Flush;
import io.tallygate.counter.FlushResult;
import io.tallygate.kernel.StoreUnavailableException;
import java.time.Instant;
import java.util.List;

/** A store that, when it is unavailable, says so only once it is back, as a writer that waits between attempts sees it. */
final class PatientStore implements CounterStore {

    private final CounterStore store;

    PatientStore(CounterStore store) {
        this.store = store;
    }

    @Override
    public FlushResult apply(Flush flush) {
        try {
            return store.apply(flush);
        } catch (StoreUnavailableException e) {
            awaitAvailable();
            throw e;
        }
    }

    void awaitAvailable() {
        Await.until("the store answers", () -> {
            try {
                store.ping();
                return true;
            } catch (StoreUnavailableException e) {
                return false;
            }
        });
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
