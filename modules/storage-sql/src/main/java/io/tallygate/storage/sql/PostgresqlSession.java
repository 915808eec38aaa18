package io.tallygate.storage.sql;

import io.tallygate.counter.Change;
import io.tallygate.counter.CounterKey;
import io.tallygate.counter.IdempotencyKey;
import io.tallygate.kernel.FlushId;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/** One connection to PostgreSQL: a statement for any number of rows, which travel as arrays. */
final class PostgresqlSession extends Statements implements Session {

    private static final String CLAIM_FLUSH = """
            INSERT INTO flush_guard (writer, sequence, applied_at) VALUES (?, ?, ?)
            ON CONFLICT (writer) DO UPDATE SET sequence = excluded.sequence, applied_at = excluded.applied_at, result = NULL
            WHERE flush_guard.sequence < excluded.sequence
            RETURNING sequence""";
    private static final String RECORD_FLUSH = "UPDATE flush_guard SET result = ? WHERE writer = ?";
    private static final String ADD_ALONE = """
            INSERT INTO counter (counter_type, resource_id, value) VALUES (?, ?, ?)
            ON CONFLICT (counter_type, resource_id) DO UPDATE SET value = counter.value + excluded.value
            WHERE counter.value BETWEEN ? AND ?
            RETURNING value""";
    private static final String ADD = """
            INSERT INTO counter (counter_type, resource_id, value)
            SELECT counter_type, resource_id, delta
            FROM unnest(?, ?, ?) WITH ORDINALITY AS asked (counter_type, resource_id, delta, place)
            ORDER BY place
            ON CONFLICT (counter_type, resource_id) DO UPDATE SET value = counter.value + excluded.value
            WHERE counter.value BETWEEN ? AND ?
            RETURNING counter_type, resource_id, value""";
    private static final String LOCK = """
            INSERT INTO counter (counter_type, resource_id, value)
            SELECT counter_type, resource_id, 0
            FROM unnest(?, ?) WITH ORDINALITY AS asked (counter_type, resource_id, place)
            ORDER BY place
            ON CONFLICT (counter_type, resource_id) DO UPDATE SET value = counter.value""";
    private static final String RESET = """
            DELETE FROM counter USING unnest(?, ?) AS asked (counter_type, resource_id)
            WHERE counter.counter_type = asked.counter_type AND counter.resource_id = asked.resource_id""";
    private static final String READ = """
            SELECT place, value
            FROM unnest(?, ?) WITH ORDINALITY AS asked (counter_type, resource_id, place)
            JOIN counter USING (counter_type, resource_id)""";
    private static final String CLAIM_KEYS = """
            INSERT INTO idempotency (id, fingerprint, expires_at)
            SELECT id, fingerprint, ?
            FROM unnest(?, ?) WITH ORDINALITY AS asked (id, fingerprint, place)
            ORDER BY place
            ON CONFLICT (id) DO UPDATE SET fingerprint = excluded.fingerprint, expires_at = excluded.expires_at,
                outcomes = NULL
            WHERE idempotency.expires_at <= ?
            RETURNING id""";
    private static final String KEY_RECORDS = "SELECT id, fingerprint, outcomes FROM idempotency WHERE id = ANY (?)";
    private static final String RECORD_OUTCOMES = """
            UPDATE idempotency SET outcomes = recorded.outcomes
            FROM unnest(?, ?) AS recorded (id, outcomes)
            WHERE idempotency.id = recorded.id""";

    private final Connection connection;

    PostgresqlSession(Connection connection) {
        super("FOR UPDATE SKIP LOCKED");
        this.connection = connection;
    }

    @Override
    PreparedStatement prepare(String sql) throws SQLException {
        return connection.prepareStatement(sql);
    }

    @Override
    void done(PreparedStatement statement) throws SQLException {
        statement.close();
    }

    @Override
    public boolean claimFlush(FlushId id, long atMillis) throws SQLException {
        try (PreparedStatement statement = prepare(CLAIM_FLUSH)) {
            statement.setString(1, id.writer());
            statement.setLong(2, id.sequence());
            statement.setLong(3, atMillis);
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next();
            }
        }
    }

    @Override
    public void recordFlush(String writer, byte[] result) throws SQLException {
        try (PreparedStatement statement = prepare(RECORD_FLUSH)) {
            statement.setBytes(1, result);
            statement.setString(2, writer);
            statement.executeUpdate();
        }
    }

    @Override
    public void add(Adds adds) throws SQLException {
        List<Integer> leftOut = new ArrayList<>();
        try (PreparedStatement statement = prepare(ADD)) {
            setCounters(statement, IntStream.range(0, adds.size()).mapToObj(adds::counter).toList());
            statement.setArray(3, array("bigint",
                    IntStream.range(0, adds.size()).mapToObj(i -> adds.get(i).delta()).toArray()));
            statement.setLong(4, adds.lowest());
            statement.setLong(5, adds.highest());
            int next = 0;
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    // Rows come in the order in which they were written, without those that were left out.
                    while (!isAbout(adds.counter(next), rows)) {
                        leftOut.add(next++);
                    }
                    adds.applied(next++, rows.getLong(3));
                }
            }
            for (; next < adds.size(); next++) {
                leftOut.add(next);
            }
        }
        for (int i : leftOut) {
            addAlone(adds, i);
        }
    }

    /** Applies one add by its own bounds, or refuses it. */
    private void addAlone(Adds adds, int i) throws SQLException {
        Change.Add add = adds.get(i);
        try (PreparedStatement statement = prepare(ADD_ALONE)) {
            statement.setString(1, add.counter().counterType());
            statement.setString(2, add.counter().resourceId());
            statement.setLong(3, add.delta());
            statement.setLong(4, add.lowest());
            statement.setLong(5, add.highest());
            try (ResultSet rows = statement.executeQuery()) {
                if (rows.next()) {
                    adds.applied(i, rows.getLong(1));
                } else {
                    adds.refused(i);
                }
            }
        }
    }

    private static boolean isAbout(CounterKey counter, ResultSet row) throws SQLException {
        return counter.resourceId().equals(row.getString(2)) && counter.counterType().equals(row.getString(1));
    }

    @Override
    public void lock(List<CounterKey> counters) throws SQLException {
        update(LOCK, counters);
    }

    @Override
    public void reset(List<CounterKey> counters) throws SQLException {
        update(RESET, counters);
    }

    private void update(String sql, List<CounterKey> counters) throws SQLException {
        try (PreparedStatement statement = prepare(sql)) {
            setCounters(statement, counters);
            statement.executeUpdate();
        }
    }

    @Override
    public long[] read(List<CounterKey> counters) throws SQLException {
        var values = new long[counters.size()];
        try (PreparedStatement statement = prepare(READ)) {
            setCounters(statement, counters);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    values[rows.getInt(1) - 1] = rows.getLong(2);
                }
            }
        }
        return values;
    }

    @Override
    public Set<String> claimKeys(List<IdempotencyKey> keys, long atMillis, long expiresAtMillis) throws SQLException {
        Set<String> claimed = new HashSet<>();
        try (PreparedStatement statement = prepare(CLAIM_KEYS)) {
            statement.setLong(1, expiresAtMillis);
            statement.setArray(2, array("text", keys.stream().map(IdempotencyKey::id).toArray()));
            statement.setArray(3, array("text", keys.stream().map(IdempotencyKey::fingerprint).toArray()));
            statement.setLong(4, atMillis);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    claimed.add(rows.getString(1));
                }
            }
        }
        return claimed;
    }

    @Override
    public Map<String, KeyRecord> keyRecords(List<String> ids) throws SQLException {
        Map<String, KeyRecord> records = new HashMap<>();
        try (PreparedStatement statement = prepare(KEY_RECORDS)) {
            statement.setArray(1, array("text", ids.toArray()));
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    records.put(rows.getString(1), new KeyRecord(rows.getString(2), rows.getBytes(3)));
                }
            }
        }
        return records;
    }

    @Override
    public void recordOutcomes(List<String> ids, List<byte[]> outcomes) throws SQLException {
        try (PreparedStatement statement = prepare(RECORD_OUTCOMES)) {
            statement.setArray(1, array("text", ids.toArray()));
            statement.setArray(2, array("bytea", outcomes.toArray(byte[][]::new)));
            statement.executeUpdate();
        }
    }

    private void setCounters(PreparedStatement statement, List<CounterKey> counters) throws SQLException {
        statement.setArray(1, array("text", counters.stream().map(CounterKey::counterType).toArray()));
        statement.setArray(2, array("text", counters.stream().map(CounterKey::resourceId).toArray()));
    }

    private Array array(String type, Object[] elements) throws SQLException {
        return connection.createArrayOf(type, elements);
    }
}
