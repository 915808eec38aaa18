package io.tallygate.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tallygate.kernel.FlushId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/** The port's meaning in as little code as possible: what every other store's answers are compared with. */
public final class OracleStore implements LedgerStore {

    private static final Comparator<String> BY_BYTES = (one, other) -> Arrays.compareUnsigned(one.getBytes(UTF_8),
            other.getBytes(UTF_8));

    /** What outlives a store that is closed. */
    public static final class Data {
        private final Map<RowKey, Row> rows = new TreeMap<>(Comparator.comparing(RowKey::section, BY_BYTES)
                .thenComparing(RowKey::id, BY_BYTES).thenComparing(row -> row.book().name()));
        private final Map<String, KeyRecord> records = new HashMap<>();
        private final Map<String, Answered> answered = new HashMap<>();
    }

    private record KeyRecord(String fingerprint, Instant until, PostingResult.Committed result) {}

    private record Answered(long sequence, long fingerprint, FlushResult result) {}

    private final Data data;
    private final Recording recording;

    public OracleStore(Data data) {
        this(data, Recording.NONE);
    }

    public OracleStore(Data data, Recording recording) {
        this.data = data;
        this.recording = recording;
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
            var facts = new FactLog(recording, flush.at());
            postings.forEach(posting -> results.add(apply(posting, flush, facts)));
            record(facts);
            var result = new FlushResult(results);
            data.answered.put(id.writer(), new Answered(id.sequence(), flush.fingerprint(), result));
            return result;
        }
    }

    private void record(FactLog facts) {
        if (!facts.isEmpty()) {
            long[] numbers = read(List.of(Outbox.end(0), Outbox.written(0), Outbox.relayed(0)));
            change(Outbox.append(0, numbers[0], recording.bytesMax() - numbers[1] + numbers[2], facts.batches()),
                    new FactLog(Recording.NONE, Instant.EPOCH));
        }
    }

    private PostingResult apply(Posting posting, Flush flush, FactLog facts) {
        IdempotencyKey key = posting.key();
        if (key == null) {
            return new PostingResult.Committed(change(posting, facts));
        }
        KeyRecord known = data.records.get(key.id());
        if (known != null && flush.ageAt().isBefore(known.until)) {
            return known.fingerprint.equals(key.fingerprint()) ? known.result : new PostingResult.KeyReused();
        }
        var result = new PostingResult.Committed(change(posting, facts), posting.memo(), false);
        boolean refused = result.outcomes().size() > 0
                && result.outcomes().refusedCount() == result.outcomes().size();
        Duration life = refused ? key.refusedLife() : key.life();
        if (life.isZero()) {
            data.records.remove(key.id());
        } else {
            data.records.put(key.id(), new KeyRecord(key.fingerprint(), flush.at().plus(life),
                    new PostingResult.Committed(result.outcomes(), result.memo(), true)));
        }
        return result;
    }

    private Outcomes change(Posting posting, FactLog facts) {
        var sheet = new Worksheet(List.of(posting));
        for (int place = 0; place < sheet.rows().size(); place++) {
            Row row = data.rows.get(sheet.rows().get(place));
            if (row != null) {
                sheet.is(place, row.value());
            }
        }
        Outcomes outcomes = sheet.apply(posting);
        sheet.forEachChanged(new Worksheet.Changed() {
            @Override
            public void number(RowKey row, long value) {
                data.rows.put(row, new Row(row.section(), row.id(), value, null));
            }

            @Override
            public void document(RowKey row, long version, Document document) {
                data.rows.put(row, new Row(row.section(), row.id(), version, document));
            }

            @Override
            public void gone(RowKey row) {
                data.rows.remove(row);
            }
        });
        facts.note(posting, outcomes, sheet::before);
        return outcomes;
    }

    @Override
    public long[] read(List<RowKey> rows) {
        synchronized (data) {
            return rows.stream().map(data.rows::get).mapToLong(row -> row == null ? 0 : row.value()).toArray();
        }
    }

    @Override
    public List<Versioned> readDocuments(List<RowKey> rows) {
        synchronized (data) {
            return rows.stream().map(data.rows::get)
                    .map(row -> row == null ? Versioned.ABSENT : new Versioned(row.value(), row.document())).toList();
        }
    }

    @Override
    public List<Row> list(Book book, String section, String afterId, int limit) {
        return rows(book, row -> row.section().equals(section) && BY_BYTES.compare(row.id(), afterId) > 0, limit);
    }

    @Override
    public List<Row> listThrough(Book book, String throughSection, int limit) {
        return rows(book, row -> BY_BYTES.compare(row.section(), throughSection) <= 0, limit);
    }

    private List<Row> rows(Book book, Predicate<RowKey> wanted, int limit) {
        synchronized (data) {
            return data.rows.entrySet().stream()
                    .filter(entry -> entry.getKey().book().equals(book) && wanted.test(entry.getKey()))
                    .map(Map.Entry::getValue).limit(limit).toList();
        }
    }

    @Override
    public int sweep(Book book, String throughSection, int limit) {
        synchronized (data) {
            List<Row> swept = listThrough(book, throughSection, limit);
            swept.forEach(row -> data.rows.remove(new RowKey(book, row.section(), row.id(), 0)));
            return swept.size();
        }
    }

    @Override
    public List<Ranked> rank(Book book, String section, int limit) {
        return list(book, section, "", Integer.MAX_VALUE).stream()
                .sorted(Comparator.comparingLong(Row::value).reversed())
                .map(row -> new Ranked(row.id(), row.value()))
                .limit(limit)
                .toList();
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
