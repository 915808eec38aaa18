package io.tallygate.ledger;

import io.tallygate.kernel.FlushId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The port's meaning in as little code as possible: what every other store's answers are compared with. */
public final class OracleStore implements LedgerStore {

    /** What outlives a store that is closed. */
    public static final class Data {
        private final Map<RowKey, Long> values = new HashMap<>();
        private final Map<String, KeyRecord> records = new HashMap<>();
        private final Map<String, Answered> answered = new HashMap<>();
    }

    private record KeyRecord(String fingerprint, Instant until, PostingResult.Committed result) {}

    private record Answered(long sequence, long fingerprint, FlushResult result) {}

    private final Data data;

    public OracleStore(Data data) {
        this.data = data;
    }

    @Override
    public FlushResult apply(Flush flush) {
        // The lists are read whole before anything changes: one that fails half-way must leave nothing.
        List<Posting> postings = flush.postings().stream()
                .map(posting -> new Posting(posting.key(), posting.mode(), List.copyOf(posting.changes()),
                        posting.memo()))
                .toList();
        synchronized (data) {
            FlushId id = flush.id();
            Answered last = data.answered.get(id.writer());
            if (last != null && last.sequence == id.sequence()) {
                if (flush.differsFrom(last.fingerprint)) {
                    throw new ForeignFlushException(id);
                }
                return last.result.asReplayed();
            }
            if (last != null && last.sequence > id.sequence()) {
                throw new StaleFlushException(id);
            }
            var results = new ArrayList<PostingResult>();
            postings.forEach(posting -> results.add(apply(posting, flush)));
            var result = new FlushResult(results);
            data.answered.put(id.writer(), new Answered(id.sequence(), flush.fingerprint(), result));
            return result;
        }
    }

    private PostingResult apply(Posting posting, Flush flush) {
        IdempotencyKey key = posting.key();
        if (key == null) {
            return new PostingResult.Committed(change(posting));
        }
        KeyRecord known = data.records.get(key.id());
        if (known != null && flush.ageAt().isBefore(known.until)) {
            return known.fingerprint.equals(key.fingerprint()) ? known.result : new PostingResult.KeyReused();
        }
        var result = new PostingResult.Committed(change(posting), posting.memo(), false);
        boolean refused = result.outcomes().size() > 0
                && result.outcomes().refusedCount() == result.outcomes().size();
        data.records.put(key.id(), new KeyRecord(key.fingerprint(),
                flush.at().plus(refused ? key.refusedLife() : key.life()),
                new PostingResult.Committed(result.outcomes(), result.memo(), true)));
        return result;
    }

    private Outcomes change(Posting posting) {
        var sheet = new Worksheet(List.of(posting));
        for (int place = 0; place < sheet.rows().size(); place++) {
            Long value = data.values.get(sheet.rows().get(place));
            if (value != null) {
                sheet.is(place, value);
            }
        }
        Outcomes outcomes = sheet.apply(posting);
        sheet.forEachChanged((row, value) -> {
            if (value.isPresent()) {
                data.values.put(row, value.getAsLong());
            } else {
                data.values.remove(row);
            }
        });
        return outcomes;
    }

    @Override
    public long[] read(List<RowKey> rows) {
        synchronized (data) {
            return rows.stream().mapToLong(row -> data.values.getOrDefault(row, 0L)).toArray();
        }
    }

    @Override
    public List<Ranked> rank(Book book, String section, int limit) {
        synchronized (data) {
            return data.values.entrySet().stream()
                    .filter(entry -> entry.getKey().section().equals(section) && entry.getKey().book().equals(book))
                    .map(entry -> new Ranked(entry.getKey().id(), entry.getValue()))
                    .sorted(Comparator.comparingLong(Ranked::value).reversed().thenComparing(Ranked::id))
                    .limit(limit)
                    .toList();
        }
    }

    @Override
    public int purgeExpired(Instant now, int limit) {
        synchronized (data) {
            List<String> expired = data.records.entrySet().stream()
                    .filter(entry -> !now.isBefore(entry.getValue().until))
                    .map(Map.Entry::getKey)
                    .limit(limit)
                    .toList();
            expired.forEach(data.records::remove);
            return expired.size();
        }
    }

    @Override
    public void ping() {}

    @Override
    public boolean shared() {
        return true;
    }

    @Override
    public void close() {}
}
