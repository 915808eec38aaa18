package io.tallygate.counter;

import io.tallygate.kernel.FlushId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The port's meaning in as little code as possible: what every other store's answers are compared with. */
public final class OracleStore implements CounterStore {

    /** What outlives a store that is closed. */
    public static final class Data {
        private final Map<CounterKey, Long> values = new HashMap<>();
        private final Map<String, Record> records = new HashMap<>();
        private final Map<String, Answered> answered = new HashMap<>();
    }

    private record Record(String fingerprint, Instant at, Outcomes outcomes) {}

    private record Answered(long sequence, long fingerprint, FlushResult result) {}

    private final Data data;

    public OracleStore(Data data) {
        this.data = data;
    }

    @Override
    public FlushResult apply(Flush flush) {
        // The lists are read whole before anything changes: one that fails half-way must leave nothing.
        var changes = List.copyOf(flush.changes());
        var requests = List.copyOf(flush.requests());
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
            Outcomes outcomes = applyChanges(changes);
            var results = new ArrayList<WriteResult>();
            requests.forEach(request -> results.add(applyKeyed(request, flush)));
            var result = new FlushResult(outcomes, results);
            data.answered.put(id.writer(), new Answered(id.sequence(), flush.fingerprint(), result));
            return result;
        }
    }

    private WriteResult applyKeyed(KeyedRequest request, Flush flush) {
        Record known = data.records.get(request.key().id());
        if (known != null && flush.ageAt().isBefore(known.at.plus(IDEMPOTENCY_RECORD_LIFE))) {
            return known.fingerprint.equals(request.key().fingerprint())
                    ? new WriteResult.Committed(known.outcomes, true)
                    : new WriteResult.KeyReused();
        }
        Outcomes outcomes = applyChanges(request.changes());
        data.records.put(request.key().id(), new Record(request.key().fingerprint(), flush.at(), outcomes));
        return new WriteResult.Committed(outcomes);
    }

    private Outcomes applyChanges(List<? extends Change> changes) {
        var values = new long[changes.size()];
        var refused = new boolean[changes.size()];
        for (int i = 0; i < values.length; i++) {
            switch (changes.get(i)) {
                case Change.Reset reset -> data.values.remove(reset.counter());
                case Change.Add add -> {
                    long before = data.values.getOrDefault(add.counter(), 0L);
                    refused[i] = before < add.lowest() || before > add.highest();
                    if (!refused[i]) {
                        values[i] = Math.addExact(before, add.delta());
                        data.values.put(add.counter(), values[i]);
                    }
                }
            }
        }
        return Outcomes.of(values, refused);
    }

    @Override
    public long[] read(List<CounterKey> counters) {
        synchronized (data) {
            return counters.stream().mapToLong(counter -> data.values.getOrDefault(counter, 0L)).toArray();
        }
    }

    @Override
    public List<Ranked> top(String counterType, int limit) {
        synchronized (data) {
            return data.values.entrySet().stream()
                    .filter(entry -> entry.getKey().counterType().equals(counterType))
                    .map(entry -> new Ranked(entry.getKey().resourceId(), entry.getValue()))
                    .sorted(Comparator.comparingLong(Ranked::value).reversed().thenComparing(Ranked::resourceId))
                    .limit(limit)
                    .toList();
        }
    }

    @Override
    public int purgeExpired(Instant now, int limit) {
        synchronized (data) {
            List<String> expired = data.records.entrySet().stream()
                    .filter(entry -> !now.isBefore(entry.getValue().at.plus(IDEMPOTENCY_RECORD_LIFE)))
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
