package io.tallygate.storage.sql;

import io.tallygate.counter.Change;
import io.tallygate.counter.CounterKey;
import io.tallygate.counter.CounterStore.Ranked;
import io.tallygate.counter.IdempotencyKey;
import io.tallygate.kernel.FlushId;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The statements of one connection, inside a transaction of its owner. For one thread at a time. */
abstract class Session {

    private static final String CLAIM_FLUSH = """
            INSERT INTO flush_guard (writer, sequence, applied_at) VALUES (?, ?, ?)
            ON CONFLICT (writer) DO UPDATE SET sequence = excluded.sequence, applied_at = excluded.applied_at, result = NULL
            WHERE flush_guard.sequence < excluded.sequence
            RETURNING sequence""";
    private static final String LAST_FLUSH = "SELECT sequence, result FROM flush_guard WHERE writer = ?";
    private static final String RECORD_FLUSH = "UPDATE flush_guard SET result = ? WHERE writer = ?";
    private static final String ADD = """
            INSERT INTO counter (counter_type, resource_id, value) VALUES (?, ?, ?)
            ON CONFLICT (counter_type, resource_id) DO UPDATE SET value = counter.value + excluded.value
            WHERE counter.value BETWEEN ? AND ?
            RETURNING value""";
    private static final String TOP = """
            SELECT resource_id, value FROM counter WHERE counter_type = ?
            ORDER BY value DESC, resource_id LIMIT ?""";
    private static final String PURGE_KEYS = """
            DELETE FROM idempotency WHERE id IN
            (SELECT id FROM idempotency WHERE expires_at <= ? ORDER BY expires_at LIMIT ? %s)""";
    private static final String PURGE_FLUSHES = """
            DELETE FROM flush_guard WHERE writer IN
            (SELECT writer FROM flush_guard WHERE applied_at <= ? LIMIT ? %s)""";

    private final String purgeKeys;
    private final String purgeFlushes;

    /** @param skipLocked how a subquery takes rows and passes over those that others hold; empty where none do */
    Session(String skipLocked) {
        this.purgeKeys = PURGE_KEYS.formatted(skipLocked);
        this.purgeFlushes = PURGE_FLUSHES.formatted(skipLocked);
    }

    /** What is on record for a writer: the number of its last flush, and the packed result. */
    record Answered(long sequence, byte[] result) {}

    /** What is on record for an idempotency key. */
    record KeyRecord(String fingerprint, byte[] outcomes) {}

    /** A statement to be given back to {@link #done}. */
    abstract PreparedStatement prepare(String sql) throws SQLException;

    abstract void done(PreparedStatement statement) throws SQLException;

    /**
     * Takes a flush's number, and keeps other transactions from taking one of this writer until this one ends; false
     * when that number or a later one is on record.
     */
    final boolean claimFlush(FlushId id, long atMillis) throws SQLException {
        PreparedStatement statement = prepare(CLAIM_FLUSH);
        statement.setString(1, id.writer());
        statement.setLong(2, id.sequence());
        statement.setLong(3, atMillis);
        boolean claimed;
        try (ResultSet rows = statement.executeQuery()) {
            claimed = rows.next();
        }
        done(statement);
        return claimed;
    }

    final Optional<Answered> lastFlush(String writer) throws SQLException {
        PreparedStatement statement = prepare(LAST_FLUSH);
        statement.setString(1, writer);
        Optional<Answered> answered;
        try (ResultSet rows = statement.executeQuery()) {
            answered = rows.next() ? Optional.of(new Answered(rows.getLong(1), rows.getBytes(2))) : Optional.empty();
        }
        done(statement);
        return answered;
    }

    final void recordFlush(String writer, byte[] result) throws SQLException {
        PreparedStatement statement = prepare(RECORD_FLUSH);
        statement.setBytes(1, result);
        statement.setString(2, writer);
        statement.executeUpdate();
        done(statement);
    }

    /**
     * Claims those keys that are free: never used, or expired at {@code atMillis}. Returns their ids; the others are on
     * record, and cannot change until this transaction ends.
     *
     * @param keys one of each id
     */
    abstract Set<String> claimKeys(List<IdempotencyKey> keys, long atMillis, long expiresAtMillis) throws SQLException;

    /** The records of ids that were not claimed. */
    abstract Map<String, KeyRecord> keyRecords(List<String> ids) throws SQLException;

    /** Completes claimed keys. */
    abstract void recordOutcomes(List<String> ids, List<byte[]> outcomes) throws SQLException;

    /** Takes the rows of counters, in the order given, before statements that would take them in another one. */
    abstract void lock(List<CounterKey> counters) throws SQLException;

    /** Applies or refuses each. */
    abstract void add(Adds adds) throws SQLException;

    abstract void reset(List<CounterKey> counters) throws SQLException;

    abstract long[] read(List<CounterKey> counters) throws SQLException;

    /** Applies one add of {@code adds} by its own bounds, or refuses it. */
    final void addAlone(Adds adds, int i) throws SQLException {
        PreparedStatement statement = prepare(ADD);
        Change.Add add = adds.get(i);
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
        done(statement);
    }

    final List<Ranked> top(String counterType, int limit) throws SQLException {
        PreparedStatement statement = prepare(TOP);
        statement.setString(1, counterType);
        statement.setInt(2, limit);
        List<Ranked> top = new ArrayList<>();
        try (ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                top.add(new Ranked(rows.getString(1), rows.getLong(2)));
            }
        }
        done(statement);
        return top;
    }

    final int purgeKeys(long nowMillis, int limit) throws SQLException {
        return purge(purgeKeys, nowMillis, limit);
    }

    final int purgeFlushes(long beforeMillis, int limit) throws SQLException {
        return purge(purgeFlushes, beforeMillis, limit);
    }

    private int purge(String sql, long millis, int limit) throws SQLException {
        PreparedStatement statement = prepare(sql);
        statement.setLong(1, millis);
        statement.setInt(2, limit);
        int purged = statement.executeUpdate();
        done(statement);
        return purged;
    }
}
