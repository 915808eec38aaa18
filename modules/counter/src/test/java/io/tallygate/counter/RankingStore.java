package io.tallygate.counter;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Counters in memory, as far as leaderboards ask for them, with a hook around each question. Thread-safe. */
final class RankingStore implements CounterStore {

    private final Map<CounterKey, Long> values = new HashMap<>();
    private final boolean shared;
    int asked;
    Runnable beforeAnswer = () -> {};
    Runnable afterAnswer = () -> {};

    RankingStore(boolean shared) {
        this.shared = shared;
    }

    synchronized long add(CounterKey counter, long delta) {
        return values.merge(counter, delta, Long::sum);
    }

    synchronized void remove(CounterKey counter) {
        values.remove(counter);
    }

    /** The truth. */
    synchronized List<Ranked> best(String counterType, int limit) {
        return values.entrySet().stream()
                .filter(entry -> entry.getKey().counterType().equals(counterType))
                .map(entry -> new Ranked(entry.getKey().resourceId(), entry.getValue()))
                .sorted(Leaderboards.BEST_FIRST)
                .limit(limit)
                .toList();
    }

    @Override
    public List<Ranked> top(String counterType, int limit) {
        asked++;
        beforeAnswer.run();
        List<Ranked> best = best(counterType, limit);
        afterAnswer.run();
        return best;
    }

    @Override
    public boolean shared() {
        return shared;
    }

    @Override
    public FlushResult apply(Flush flush) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long[] read(List<CounterKey> counters) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int purgeExpired(Instant now, int limit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void ping() {}

    @Override
    public void close() {}
}
