package io.tallygate.storage.sql;

import io.tallygate.counter.Change;
import io.tallygate.counter.CounterKey;
import io.tallygate.counter.CounterStore.Ranked;
import io.tallygate.counter.IdempotencyKey;
import io.tallygate.kernel.FlushId;
import io.tallygate.storage.sql.Rows.FlushRow;
import io.tallygate.storage.sql.Rows.KeyRow;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A transaction that reads the file through the rows in front of it, and only notes what it changes. While it changes
 * rows, no other does; what it leaves is its owner's to commit.
 */
final class SqliteSession implements Session {

    private static final byte[] PENDING = {};

    private final Overlay overlay;
    private final SqliteConnection file;
    private final Rows changes = new Rows();

    SqliteSession(Overlay overlay, SqliteConnection file) {
        this.overlay = overlay;
        this.file = file;
    }

    /** The rows as this transaction leaves them. */
    Rows changes() {
        return changes;
    }

    @Override
    public boolean claimFlush(FlushId id, long atMillis) throws SQLException {
        boolean free = lastFlush(id.writer()).map(last -> last.sequence() < id.sequence()).orElse(true);
        if (free) {
            changes.flushes().put(id.writer(), new FlushRow(id.sequence(), atMillis, PENDING));
        }
        return free;
    }

    @Override
    public Optional<Answered> lastFlush(String writer) throws SQLException {
        FlushRow own = changes.flushes().get(writer);
        FlushRow row = own != null ? own : overlay.flush(writer);
        return row != null ? Optional.of(new Answered(row.sequence(), row.result())) : file.lastFlush(writer);
    }

    @Override
    public void recordFlush(String writer, byte[] result) {
        changes.flushes()
                .computeIfPresent(writer, (_, row) -> new FlushRow(row.sequence(), row.appliedAtMillis(), result));
    }

    @Override
    public Set<String> claimKeys(List<IdempotencyKey> keys, long atMillis, long expiresAtMillis) throws SQLException {
        Set<String> claimed = new HashSet<>();
        for (IdempotencyKey key : keys) {
            KeyRow row = key(key.id());
            if (row == null || row.expiresAtMillis() <= atMillis) {
                changes.keys().put(key.id(), new KeyRow(key.fingerprint(), expiresAtMillis, PENDING));
                claimed.add(key.id());
            }
        }
        return claimed;
    }

    private @Nullable KeyRow key(String id) throws SQLException {
        KeyRow own = changes.keys().get(id);
        KeyRow row = own != null ? own : overlay.key(id);
        return row != null ? row : file.key(id);
    }

    @Override
    public Map<String, KeyRecord> keyRecords(List<String> ids) throws SQLException {
        Map<String, KeyRecord> records = new HashMap<>();
        for (String id : ids) {
            KeyRow row = key(id);
            if (row != null) {
                records.put(id, new KeyRecord(row.fingerprint(), row.outcomes()));
            }
        }
        return records;
    }

    @Override
    public void recordOutcomes(List<String> ids, List<byte[]> outcomes) {
        for (int i = 0; i < ids.size(); i++) {
            byte[] recorded = outcomes.get(i);
            changes.keys().computeIfPresent(ids.get(i),
                    (_, row) -> new KeyRow(row.fingerprint(), row.expiresAtMillis(), recorded));
        }
    }

    @Override
    public void lock(List<CounterKey> counters) {
        // Nobody else changes rows meanwhile.
    }

    @Override
    public void add(Adds adds) throws SQLException {
        var counters = new ArrayList<CounterKey>(adds.size());
        for (int i = 0; i < adds.size(); i++) {
            counters.add(adds.counter(i));
        }
        long[] values = read(counters);
        for (int i = 0; i < values.length; i++) {
            Change.Add add = adds.get(i);
            if (values[i] < add.lowest() || values[i] > add.highest()) {
                adds.refused(i);
            } else {
                long value = values[i] + add.delta();
                changes.counters().put(add.counter(), OptionalLong.of(value));
                adds.applied(i, value);
            }
        }
    }

    @Override
    public void reset(List<CounterKey> counters) {
        counters.forEach(counter -> changes.counters().put(counter, OptionalLong.empty()));
    }

    @Override
    public long[] read(List<CounterKey> counters) throws SQLException {
        @Nullable
        OptionalLong[] known = overlay.counters(counters);
        var values = new long[known.length];
        var places = new int[known.length];
        var unknown = new ArrayList<CounterKey>();
        for (int i = 0; i < values.length; i++) {
            OptionalLong own = changes.counters().get(counters.get(i));
            OptionalLong value = own != null ? own : known[i];
            if (value == null) {
                places[unknown.size()] = i;
                unknown.add(counters.get(i));
            } else {
                values[i] = value.orElse(0);
            }
        }
        long[] found = file.values(unknown);
        for (int i = 0; i < found.length; i++) {
            values[places[i]] = found[i];
        }
        return values;
    }

    @Override
    public List<Ranked> top(String counterType, int limit) throws SQLException {
        Map<CounterKey, OptionalLong> known = overlay.counters(counterType);
        List<Ranked> top = new ArrayList<>();
        known.forEach((counter, value) -> value.ifPresent(v -> top.add(new Ranked(counter.resourceId(), v))));
        for (Ranked stored : file.top(counterType, limit + known.size())) {
            if (!known.containsKey(new CounterKey(stored.resourceId(), counterType))) {
                top.add(stored);
            }
        }
        top.sort(Comparator.comparingLong(Ranked::value).reversed().thenComparing(Ranked::resourceId));
        return List.copyOf(top.subList(0, Math.min(limit, top.size())));
    }
}
