package io.tallygate.storage.sql;

import io.tallygate.kernel.FlushId;
import io.tallygate.ledger.Book;
import io.tallygate.ledger.Change;
import io.tallygate.ledger.IdempotencyKey;
import io.tallygate.ledger.Outcomes;
import io.tallygate.ledger.Posting;
import io.tallygate.ledger.Refusal;
import io.tallygate.ledger.RowKey;
import io.tallygate.ledger.Worksheet;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** One connection to PostgreSQL: a statement for any number of rows, which travel as arrays. */
final class PostgresqlSession extends Statements implements Session {

    private static final String CLAIM_FLUSH = """
            INSERT INTO flush_guard (writer, sequence, applied_at) VALUES (?, ?, ?)
            ON CONFLICT (writer) DO UPDATE SET sequence = excluded.sequence, applied_at = excluded.applied_at, result = NULL
            WHERE flush_guard.sequence < excluded.sequence
            RETURNING sequence""";
    private static final String RECORD_FLUSH = "UPDATE flush_guard SET result = ? WHERE writer = ?";
    private static final String ADD = """
            INSERT INTO {table} ({section}, {id}, value)
            SELECT section, id, delta
            FROM unnest(?, ?, ?) WITH ORDINALITY AS asked (section, id, delta, place)
            ORDER BY place
            ON CONFLICT ({section}, {id}) DO UPDATE SET value = {table}.value + excluded.value
            WHERE {table}.value BETWEEN ? AND ?
            RETURNING {section}, {id}, value""";
    /** A lock on a row that is not there locks nothing, so it is made first. Only such a row has an xmax of 0. */
    private static final String LOCK = """
            INSERT INTO {table} ({section}, {id}, value)
            SELECT section, id, 0
            FROM unnest(?, ?) WITH ORDINALITY AS asked (section, id, place)
            ORDER BY place
            ON CONFLICT ({section}, {id}) DO UPDATE SET value = {table}.value
            RETURNING {section}, {id}, value, xmax = 0""";
    private static final String PUT = """
            UPDATE {table} SET value = put.value
            FROM unnest(?, ?, ?) AS put (section, id, value)
            WHERE {table}.{section} = put.section AND {table}.{id} = put.id""";
    private static final String DELETE = """
            DELETE FROM {table} USING unnest(?, ?) AS gone (section, id)
            WHERE {table}.{section} = gone.section AND {table}.{id} = gone.id""";
    private static final String READ = """
            SELECT place, value
            FROM unnest(?, ?) WITH ORDINALITY AS asked (section, id, place)
            JOIN {table} ON {table}.{section} = asked.section AND {table}.{id} = asked.id""";
    private static final String CLAIM_KEYS = """
            INSERT INTO idempotency (id, fingerprint, expires_at)
            SELECT id, fingerprint, expires_at
            FROM unnest(?, ?, ?) WITH ORDINALITY AS asked (id, fingerprint, expires_at, place)
            ORDER BY place
            ON CONFLICT (id) DO UPDATE SET fingerprint = excluded.fingerprint, expires_at = excluded.expires_at,
                outcomes = NULL
            WHERE idempotency.expires_at <= ?
            RETURNING id""";
    private static final String KEY_RECORDS = "SELECT id, fingerprint, outcomes FROM idempotency WHERE id = ANY (?)";
    private static final String RECORD_OUTCOMES = """
            UPDATE idempotency SET outcomes = recorded.outcomes, expires_at = recorded.expires_at
            FROM unnest(?, ?, ?) AS recorded (id, outcomes, expires_at)
            WHERE idempotency.id = recorded.id""";

    private final Connection connection;
    /** Rows that {@link #readLocked} made, because they were not there. */
    private final Set<RowKey> made = new HashSet<>();

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
    public boolean addsAtOnce() {
        return true;
    }

    /**
     * One upsert changes many rows, and can compare them with one pair of bounds only. It gets the range that all adds agree
     * on; a row that it leaves out may still be within its own add's bounds, which the worksheet looks at. That happens only
     * to values near the ends of the range, unless the adds have bounds of their own.
     */
    @Override
    public Optional<Outcomes> addAtOnce(List<Change.Add> adds) throws SQLException {
        long lowest = Long.MIN_VALUE;
        long highest = Long.MAX_VALUE;
        for (Change.Add add : adds) {
            lowest = Math.max(lowest, add.lowestBefore());
            highest = Math.min(highest, add.highestBefore());
        }
        if (lowest > highest) {
            return Optional.empty();
        }
        Integer[] order = IntStream.range(0, adds.size()).boxed().toArray(Integer[]::new);
        Arrays.sort(order, Comparator.comparing((Integer i) -> adds.get(i).row()));
        List<Change.Add> ordered = Arrays.stream(order).map(adds::get).toList();
        var values = new long[adds.size()];
        var leftOut = new ArrayList<Integer>();
        try (PreparedStatement statement = prepare(in(ordered.getFirst().row().book(), ADD))) {
            setNames(statement, ordered.stream().map(Change.Add::row).toList());
            statement.setArray(3, array("bigint", ordered.stream().map(Change.Add::delta).toArray()));
            statement.setLong(4, lowest);
            statement.setLong(5, highest);
            int next = 0;
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    // Rows come in the order in which they were written, without those that were left out.
                    while (!isAbout(ordered.get(next).row(), rows)) {
                        leftOut.add(order[next++]);
                    }
                    values[order[next++]] = rows.getLong(3);
                }
            }
            for (; next < order.length; next++) {
                leftOut.add(order[next]);
            }
        }
        return Optional.of(leftOut.isEmpty() ? Outcomes.applied(values) : withLeftOut(values, leftOut, adds));
    }

    private Outcomes withLeftOut(long[] values, List<Integer> leftOut, List<Change.Add> adds) throws SQLException {
        var rest = new Posting(leftOut.stream().map(adds::get).toList());
        var sheet = new Worksheet(List.of(rest));
        readLocked(sheet);
        Outcomes outcomes = sheet.apply(rest);
        put(sheet);
        @Nullable
        Refusal[] refusals = new @Nullable Refusal[values.length];
        for (int i = 0; i < leftOut.size(); i++) {
            values[leftOut.get(i)] = outcomes.value(i);
            refusals[leftOut.get(i)] = outcomes.refusal(i);
        }
        return Outcomes.of(values, refusals);
    }

    private static boolean isAbout(RowKey row, ResultSet found) throws SQLException {
        return row.id().equals(found.getString(2)) && row.section().equals(found.getString(1));
    }

    @Override
    public void readLocked(Worksheet sheet) throws SQLException {
        List<RowKey> all = sheet.rows();
        Map<RowKey, Integer> places = HashMap.newHashMap(all.size());
        for (int i = 0; i < all.size(); i++) {
            places.put(all.get(i), i);
        }
        for (List<RowKey> rows : byBook(all)) {
            try (PreparedStatement statement = prepare(in(rows.getFirst().book(), LOCK))) {
                setNames(statement, rows);
                try (ResultSet found = statement.executeQuery()) {
                    for (RowKey row : rows) {
                        if (!found.next() || !isAbout(row, found)) {
                            throw new SQLException("rows came in another order than they were asked for");
                        }
                        if (found.getBoolean(4)) {
                            made.add(row);
                        } else {
                            sheet.is(places.getOrDefault(row, -1), found.getLong(3));
                        }
                    }
                }
            }
        }
    }

    /** By book, and in the order of their names, in which all transactions take them. */
    private static Collection<List<RowKey>> byBook(Collection<RowKey> rows) {
        Map<Book, List<RowKey>> byBook = new LinkedHashMap<>();
        rows.stream().sorted().forEach(row -> byBook.computeIfAbsent(row.book(), book -> new ArrayList<>()).add(row));
        return byBook.values();
    }

    @Override
    public void put(Worksheet sheet) throws SQLException {
        Map<RowKey, Long> present = new HashMap<>();
        List<RowKey> gone = new ArrayList<>();
        sheet.forEachChanged((row, value) -> {
            if (value.isPresent()) {
                present.put(row, value.getAsLong());
                made.remove(row);
            } else {
                gone.add(row);
            }
        });
        gone.addAll(made);
        made.clear();
        for (List<RowKey> rows : byBook(present.keySet())) {
            try (PreparedStatement statement = prepare(in(rows.getFirst().book(), PUT))) {
                setNames(statement, rows);
                statement.setArray(3, array("bigint", rows.stream().map(present::get).toArray()));
                statement.executeUpdate();
            }
        }
        for (List<RowKey> rows : byBook(gone)) {
            try (PreparedStatement statement = prepare(in(rows.getFirst().book(), DELETE))) {
                setNames(statement, rows);
                statement.executeUpdate();
            }
        }
    }

    @Override
    public long[] read(List<RowKey> rows) throws SQLException {
        var values = new long[rows.size()];
        Map<Book, List<Integer>> byBook = new LinkedHashMap<>();
        for (int i = 0; i < values.length; i++) {
            byBook.computeIfAbsent(rows.get(i).book(), book -> new ArrayList<>(values.length)).add(i);
        }
        for (Map.Entry<Book, List<Integer>> places : byBook.entrySet()) {
            try (PreparedStatement statement = prepare(in(places.getKey(), READ))) {
                setNames(statement, places.getValue().stream().map(rows::get).toList());
                try (ResultSet found = statement.executeQuery()) {
                    while (found.next()) {
                        values[places.getValue().get(found.getInt(1) - 1)] = found.getLong(2);
                    }
                }
            }
        }
        return values;
    }

    private static String in(Book book, String statement) {
        return BookTable.of(book).in(statement);
    }

    @Override
    public Set<String> claimKeys(List<IdempotencyKey> keys, long ageAtMillis, long atMillis) throws SQLException {
        Set<String> claimed = new HashSet<>();
        try (PreparedStatement statement = prepare(CLAIM_KEYS)) {
            statement.setArray(1, array("text", keys.stream().map(IdempotencyKey::id).toArray()));
            statement.setArray(2, array("text", keys.stream().map(IdempotencyKey::fingerprint).toArray()));
            statement.setArray(3,
                    array("bigint", keys.stream().map(key -> atMillis + key.life().toMillis()).toArray()));
            statement.setLong(4, ageAtMillis);
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
    public void recordOutcomes(List<KeyOutcome> outcomes) throws SQLException {
        try (PreparedStatement statement = prepare(RECORD_OUTCOMES)) {
            statement.setArray(1, array("text", outcomes.stream().map(KeyOutcome::id).toArray()));
            statement.setArray(2, array("bytea", outcomes.stream().map(KeyOutcome::outcomes).toArray(byte[][]::new)));
            statement.setArray(3, array("bigint", outcomes.stream().map(KeyOutcome::expiresAtMillis).toArray()));
            statement.executeUpdate();
        }
    }

    private void setNames(PreparedStatement statement, List<RowKey> rows) throws SQLException {
        statement.setArray(1, array("text", rows.stream().map(RowKey::section).toArray()));
        statement.setArray(2, array("text", rows.stream().map(RowKey::id).toArray()));
    }

    private Array array(String type, Object[] elements) throws SQLException {
        return connection.createArrayOf(type, elements);
    }
}
