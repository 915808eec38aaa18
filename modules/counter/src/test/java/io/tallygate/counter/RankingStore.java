package io.tallygate.counter;

import io.tallygate.ledger.Book;
import io.tallygate.ledger.Flush;
import io.tallygate.ledger.FlushResult;
import io.tallygate.ledger.LedgerStore;
import io.tallygate.ledger.Row;
import io.tallygate.ledger.RowKey;
import io.tallygate.ledger.Versioned;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Counters in memory, as far as leaderboards ask for them, with a hook around each question. Thread-safe. */
final class RankingStore implements LedgerStore {

    private final Map<RowKey, Long> values = new HashMap<>();
    private final boolean shared;
    int asked;
    Runnable beforeAnswer = () -> {};
    Runnable afterAnswer = () -> {};

    RankingStore(boolean shared) {
        this.shared = shared;
    }

    synchronized long add(RowKey counter, long delta) {
        return values.merge(counter, delta, Long::sum);
    }

    synchronized void remove(RowKey counter) {
        values.remove(counter);
    }

    /** The truth. */
    synchronized List<Ranked> best(String counterType, int limit) {
        return values.entrySet().stream()
                .filter(entry -> entry.getKey().section().equals(counterType))
                .map(entry -> new Ranked(entry.getKey().id(), entry.getValue()))
                .sorted(Leaderboards.BEST_FIRST)
                .limit(limit)
                .toList();
    }

    @Override
    public List<Ranked> rank(Book book, String counterType, int limit) {
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
    public long[] read(List<RowKey> counters) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<Versioned> readDocuments(List<RowKey> rows) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<Row> list(Book book, String section, String afterId, int limit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<Row> listThrough(Book book, String throughSection, int limit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int sweep(Book book, String throughSection, int limit) {
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
