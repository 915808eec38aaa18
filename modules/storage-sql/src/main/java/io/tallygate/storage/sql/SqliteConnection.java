package io.tallygate.storage.sql;

import io.tallygate.counter.CounterKey;
import io.tallygate.storage.sql.Rows.FlushRow;
import io.tallygate.storage.sql.Rows.KeyRow;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * One connection to SQLite, whose statements are compiled once and kept.
 *
 * <p>Measured per row written, with 3,000 in one transaction: a statement a row 2.9 µs of CPU, one JSON array 2.4 µs, rows
 * of parameters 1.6 µs. Per row read, 50 of 10<sup>7</sup> at a time: a statement a row 3.7 µs, rows of parameters 2.8 µs.
 */
final class SqliteConnection extends Statements implements AutoCloseable {

    /** Statements exist for these numbers of rows, so that any number needs few of them. */
    private static final int[] ROWS_A_STATEMENT = {64, 16, 4, 1};

    private static final String PUT_FLUSH = """
            INSERT INTO flush_guard (writer, sequence, applied_at, result) VALUES (?, ?, ?, ?)
            ON CONFLICT (writer) DO UPDATE SET sequence = excluded.sequence, applied_at = excluded.applied_at,
                result = excluded.result""";
    private static final String PUT_KEY = """
            INSERT INTO idempotency (id, fingerprint, expires_at, outcomes) VALUES (?, ?, ?, ?)
            ON CONFLICT (id) DO UPDATE SET fingerprint = excluded.fingerprint, expires_at = excluded.expires_at,
                outcomes = excluded.outcomes""";
    private static final String KEY = "SELECT fingerprint, expires_at, outcomes FROM idempotency WHERE id = ?";
    private static final String DELETE = "DELETE FROM counter WHERE counter_type = ? AND resource_id = ?";
    private static final String VALUES = """
            WITH wanted (place, counter_type, resource_id) AS (VALUES %s)
            SELECT place, value FROM wanted CROSS JOIN counter USING (counter_type, resource_id)""";
    private static final String TABLES = "SELECT count(*) FROM sqlite_schema WHERE name = ?";
    private static final String EPOCH = "SELECT epoch FROM checkpoint";
    private static final String JOURNAL = "SELECT name, since FROM journal";
    private static final String NEED_JOURNAL = "UPDATE journal SET since = ?";
    private static final String PUT_EPOCH = "UPDATE checkpoint SET epoch = ?";

    private final Connection connection;
    private final Map<String, PreparedStatement> statements = new HashMap<>();
    private final String[] putCounters = new String[ROWS_A_STATEMENT.length];
    private final String[] values = new String[ROWS_A_STATEMENT.length];

    SqliteConnection(Connection connection) {
        super("");
        this.connection = connection;
        for (int i = 0; i < ROWS_A_STATEMENT.length; i++) {
            putCounters[i] = "INSERT INTO counter (counter_type, resource_id, value) VALUES (?, ?, ?)"
                    + ", (?, ?, ?)".repeat(ROWS_A_STATEMENT[i] - 1)
                    + " ON CONFLICT (counter_type, resource_id) DO UPDATE SET value = excluded.value";
            values[i] = VALUES.formatted(IntStream.range(0, ROWS_A_STATEMENT[i])
                    .mapToObj(place -> "(" + place + ", ?, ?)").collect(Collectors.joining(", ")));
        }
    }

    Connection connection() {
        return connection;
    }

    @Override
    PreparedStatement prepare(String sql) throws SQLException {
        PreparedStatement statement = statements.get(sql);
        if (statement == null) {
            statement = connection.prepareStatement(sql);
            statements.put(sql, statement);
        }
        return statement;
    }

    @Override
    void done(PreparedStatement statement) {
        // Kept for the next time.
    }

    /** The counters' values, in their order; 0 without a row. */
    long[] values(List<CounterKey> counters) throws SQLException {
        var found = new long[counters.size()];
        for (int from = 0; from < found.length;) {
            int kind = smallestFor(found.length - from);
            int to = Math.min(found.length, from + ROWS_A_STATEMENT[kind]);
            PreparedStatement statement = prepare(values[kind]);
            for (int place = 0; place < ROWS_A_STATEMENT[kind]; place++) {
                @Nullable
                CounterKey counter = from + place < to ? counters.get(from + place) : null;
                statement.setString(2 * place + 1, counter == null ? null : counter.counterType());
                statement.setString(2 * place + 2, counter == null ? null : counter.resourceId());
            }
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    found[from + rows.getInt(1)] = rows.getLong(2);
                }
            }
            from = to;
        }
        return found;
    }

    /** The kind of statement that takes so many rows, or else the one that takes most. */
    private static int smallestFor(int rows) {
        int kind = ROWS_A_STATEMENT.length - 1;
        while (kind > 0 && ROWS_A_STATEMENT[kind] < rows) {
            kind--;
        }
        return kind;
    }

    @Nullable
    KeyRow key(String id) throws SQLException {
        PreparedStatement statement = prepare(KEY);
        statement.setString(1, id);
        try (ResultSet rows = statement.executeQuery()) {
            return rows.next() ? new KeyRow(rows.getString(1), rows.getLong(2), rows.getBytes(3)) : null;
        }
    }

    /** What is known about the journal, whichever version wrote the file; empty in one without tables. */
    Optional<JournalMark> journal() throws SQLException {
        if (!has("checkpoint")) {
            return Optional.empty();
        }
        long epoch;
        try (ResultSet rows = prepare(EPOCH).executeQuery()) {
            rows.next();
            epoch = rows.getLong(1);
        }
        if (!has("journal")) {
            return Optional.of(new JournalMark(epoch, "", 0));
        }
        try (ResultSet rows = prepare(JOURNAL).executeQuery()) {
            rows.next();
            return Optional.of(new JournalMark(epoch, rows.getString(1), rows.getLong(2)));
        }
    }

    private boolean has(String table) throws SQLException {
        PreparedStatement statement = prepare(TABLES);
        statement.setString(1, table);
        try (ResultSet rows = statement.executeQuery()) {
            return rows.next() && rows.getInt(1) > 0;
        }
    }

    /** Notes since which epoch the file needs its journal; 0 for not at all. */
    void needJournalSince(long epoch) throws SQLException {
        PreparedStatement statement = prepare(NEED_JOURNAL);
        statement.setLong(1, epoch);
        statement.executeUpdate();
    }

    /** Writes the rows of the journal up to an epoch. */
    void put(Rows rows, long epoch) throws SQLException {
        putCounters(rows.counters());
        PreparedStatement putFlush = prepare(PUT_FLUSH);
        for (Map.Entry<String, FlushRow> flush : rows.flushes().entrySet()) {
            putFlush.setString(1, flush.getKey());
            putFlush.setLong(2, flush.getValue().sequence());
            putFlush.setLong(3, flush.getValue().appliedAtMillis());
            putFlush.setBytes(4, flush.getValue().result());
            putFlush.executeUpdate();
        }
        PreparedStatement putKey = prepare(PUT_KEY);
        for (Map.Entry<String, KeyRow> key : rows.keys().entrySet()) {
            putKey.setString(1, key.getKey());
            putKey.setString(2, key.getValue().fingerprint());
            putKey.setLong(3, key.getValue().expiresAtMillis());
            putKey.setBytes(4, key.getValue().outcomes());
            putKey.executeUpdate();
        }
        PreparedStatement putEpoch = prepare(PUT_EPOCH);
        putEpoch.setLong(1, epoch);
        putEpoch.executeUpdate();
    }

    /** In the order of the table, so that neighbours meet in one page. */
    private void putCounters(Map<CounterKey, OptionalLong> counters) throws SQLException {
        List<CounterKey> present = new ArrayList<>(counters.size());
        PreparedStatement delete = prepare(DELETE);
        for (Map.Entry<CounterKey, OptionalLong> counter : counters.entrySet()) {
            if (counter.getValue().isPresent()) {
                present.add(counter.getKey());
            } else {
                delete.setString(1, counter.getKey().counterType());
                delete.setString(2, counter.getKey().resourceId());
                delete.executeUpdate();
            }
        }
        present.sort(null);
        int from = 0;
        for (int kind = 0; kind < ROWS_A_STATEMENT.length; kind++) {
            int size = ROWS_A_STATEMENT[kind];
            PreparedStatement put = prepare(putCounters[kind]);
            for (; present.size() - from >= size; from += size) {
                int parameter = 1;
                for (CounterKey counter : present.subList(from, from + size)) {
                    put.setString(parameter++, counter.counterType());
                    put.setString(parameter++, counter.resourceId());
                    put.setLong(parameter++, counters.getOrDefault(counter, OptionalLong.empty()).orElse(0));
                }
                put.executeUpdate();
            }
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
