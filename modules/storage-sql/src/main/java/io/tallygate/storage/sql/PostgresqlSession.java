package io.tallygate.storage.sql;

import io.tallygate.kernel.FlushId;
import io.tallygate.ledger.Book;
import io.tallygate.ledger.Change;
import io.tallygate.ledger.Document;
import io.tallygate.ledger.IdempotencyKey;
import io.tallygate.ledger.Outcomes;
import io.tallygate.ledger.Posting;
import io.tallygate.ledger.Refusal;
import io.tallygate.ledger.Row;
import io.tallygate.ledger.RowKey;
import io.tallygate.ledger.Versioned;
import io.tallygate.ledger.Worksheet;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One connection to PostgreSQL: a statement for any number of rows, which travel as arrays. */
final class PostgresqlSession extends Statements implements Session {

    private static final String CLAIM_FLUSH = """
            INSERT INTO flush_guard (writer, sequence, applied_at) VALUES (?, ?, ?)
            ON CONFLICT (writer) DO UPDATE SET sequence = excluded.sequence, applied_at = excluded.applied_at, result = NULL
            WHERE flush_guard.sequence < excluded.sequence
            RETURNING sequence""";
    private static final int CLAIM_PARAMETERS = 3;
    /** Between statements that travel together. */
    private static final String NEXT = ";\n";
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
            INSERT INTO {table} ({section}, {id}, {content})
            SELECT section, id, %s
            FROM unnest(?, ?) WITH ORDINALITY AS asked (section, id, place)
            ORDER BY place
            ON CONFLICT ({section}, {id}) DO UPDATE SET {value} = {table}.{value}
            RETURNING {section}, {id}, {value}, xmax = 0""";
    private static final String LOCK_NUMBERS = LOCK.formatted("0");
    private static final String LOCK_DOCUMENTS = LOCK.formatted("0, ''::bytea");
    private static final String PUT_NUMBERS = """
            UPDATE {table} SET value = put.value
            FROM unnest(?, ?, ?) AS put (section, id, value)
            WHERE {table}.{section} = put.section AND {table}.{id} = put.id""";
    private static final String PUT_DOCUMENTS = """
            UPDATE {table} SET version = put.version, document = put.document
            FROM unnest(?, ?, ?, ?) AS put (section, id, version, document)
            WHERE {table}.{section} = put.section AND {table}.{id} = put.id""";
    private static final String DELETE = """
            DELETE FROM {table} USING unnest(?, ?) AS gone (section, id)
            WHERE {table}.{section} = gone.section AND {table}.{id} = gone.id""";
    /** Rows are locked in the order in which flushes take them. */
    private static final String SWEEP = """
            WITH ended AS (
                SELECT {section}, {id} FROM {table} WHERE {section} <= ?
                ORDER BY {section}, {id} LIMIT ? FOR UPDATE)
            DELETE FROM {table} USING ended
            WHERE {table}.{section} = ended.{section} AND {table}.{id} = ended.{id}""";
    private static final String READ = """
            SELECT place, {content}
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
            UPDATE idempotency SET fingerprint = recorded.fingerprint, outcomes = recorded.outcomes,
                expires_at = recorded.expires_at
            FROM unnest(?, ?, ?, ?) AS recorded (id, fingerprint, outcomes, expires_at)
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
            setClaim(statement, id, atMillis);
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next();
            }
        }
    }

    private static void setClaim(PreparedStatement statement, FlushId id, long atMillis) throws SQLException {
        statement.setString(1, id.writer());
        statement.setLong(2, id.sequence());
        statement.setLong(3, atMillis);
    }

    /** In one round trip. */
    @Override
    public boolean claimFlush(FlushId id, long atMillis, Worksheet sheet) throws SQLException {
        Collection<List<RowKey>> byBook = byBook(sheet.rows());
        boolean claimed;
        try (PreparedStatement statement = prepare(
                String.join(NEXT, Stream.concat(Stream.of(CLAIM_FLUSH), locks(byBook)).toList()))) {
            setClaim(statement, id, atMillis);
            setAllNames(statement, CLAIM_PARAMETERS, byBook);
            statement.execute();
            try (ResultSet claim = statement.getResultSet()) {
                claimed = claim.next();
            }
            for (List<RowKey> rows : byBook) {
                statement.getMoreResults();
                tell(sheet, rows, statement);
            }
        }
        if (!claimed) {
            put(new Difference(Map.of(), Map.of(), List.copyOf(made)));
            made.clear();
        }
        return claimed;
    }

    private static Stream<String> locks(Collection<List<RowKey>> byBook) {
        return byBook.stream().map(rows -> {
            BookTable table = BookTable.of(rows.getFirst().book());
            return table.in(table.holdsDocuments() ? LOCK_DOCUMENTS : LOCK_NUMBERS);
        });
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
    public Outcomes addAtOnce(List<Change.Add> adds, long lowest, long highest) throws SQLException {
        Integer[] order = IntStream.range(0, adds.size()).boxed().toArray(Integer[]::new);
        Arrays.sort(order, Comparator.comparing((Integer i) -> adds.get(i).row()));
        List<Change.Add> ordered = Arrays.stream(order).map(adds::get).toList();
        List<RowKey> rows = ordered.stream().map(Change.Add::row).toList();
        var values = new long[adds.size()];
        var leftOut = new ArrayList<Integer>();
        try (PreparedStatement statement = prepare(in(rows, ADD))) {
            setNames(statement, 0, rows);
            statement.setArray(3, array("bigint", ordered.stream().map(Change.Add::delta).toArray()));
            statement.setLong(4, lowest);
            statement.setLong(5, highest);
            int next = 0;
            try (ResultSet added = statement.executeQuery()) {
                while (added.next()) {
                    // Rows come in the order in which they were written, without those that were left out.
                    while (!isAbout(rows.get(next), added)) {
                        leftOut.add(order[next++]);
                    }
                    values[order[next++]] = added.getLong(3);
                }
            }
            for (; next < order.length; next++) {
                leftOut.add(order[next]);
            }
        }
        return leftOut.isEmpty() ? Outcomes.applied(values) : withLeftOut(values, leftOut, adds);
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

    /** In one round trip. */
    @Override
    public void readLocked(Worksheet sheet) throws SQLException {
        Collection<List<RowKey>> byBook = byBook(sheet.rows());
        if (byBook.isEmpty()) {
            return;
        }
        try (PreparedStatement statement = prepare(String.join(NEXT, locks(byBook).toList()))) {
            setAllNames(statement, 0, byBook);
            statement.execute();
            for (List<RowKey> rows : byBook) {
                tell(sheet, rows, statement);
                statement.getMoreResults();
            }
        }
    }

    /** Tells a worksheet what rows held that are locked now, by a statement's result. */
    private void tell(Worksheet sheet, List<RowKey> rows, PreparedStatement statement) throws SQLException {
        try (ResultSet locked = statement.getResultSet()) {
            for (RowKey row : rows) {
                if (!locked.next() || !isAbout(row, locked)) {
                    throw new SQLException("rows came in another order than they were asked for");
                }
                if (locked.getBoolean(4)) {
                    made.add(row);
                } else {
                    sheet.is(row, locked.getLong(3));
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

    /** What a worksheet leaves of rows: those that are there with another content than before, and those that are not. */
    private record Difference(Map<RowKey, Long> numbers, Map<RowKey, Versioned> documents, List<RowKey> gone) {}

    private Difference difference(Worksheet sheet) {
        var difference = new Difference(new HashMap<>(), new HashMap<>(), new ArrayList<>());
        sheet.forEachChanged(new Worksheet.Changed() {
            @Override
            public void number(RowKey row, long value) {
                difference.numbers().put(row, value);
                made.remove(row);
            }

            @Override
            public void document(RowKey row, long version, Document document) {
                difference.documents().put(row, new Versioned(version, document));
                made.remove(row);
            }

            @Override
            public void gone(RowKey row) {
                difference.gone().add(row);
            }
        });
        difference.gone().addAll(made);
        made.clear();
        return difference;
    }

    @Override
    public void put(Worksheet sheet) throws SQLException {
        put(difference(sheet));
    }

    private void put(Difference difference) throws SQLException {
        List<String> statements = statements(difference);
        if (!statements.isEmpty()) {
            try (PreparedStatement statement = prepare(String.join(NEXT, statements))) {
                set(statement, difference);
                statement.execute();
            }
        }
    }

    /** In one round trip. */
    @Override
    public void finish(Worksheet sheet, String writer, byte[] result) throws SQLException {
        Difference difference = difference(sheet);
        List<String> statements = statements(difference);
        statements.add(RECORD_FLUSH);
        try (PreparedStatement statement = prepare(String.join(NEXT, statements))) {
            int set = set(statement, difference);
            statement.setBytes(set + 1, result);
            statement.setString(set + 2, writer);
            statement.execute();
        }
    }

    /** One for the contents and one for the deletions of each book. */
    private static List<String> statements(Difference difference) {
        var statements = new ArrayList<String>();
        byBook(difference.numbers().keySet()).forEach(rows -> statements.add(in(rows, PUT_NUMBERS)));
        byBook(difference.documents().keySet()).forEach(rows -> statements.add(in(rows, PUT_DOCUMENTS)));
        byBook(difference.gone()).forEach(rows -> statements.add(in(rows, DELETE)));
        return statements;
    }

    /** Sets their parameters, and says how many those are. */
    private int set(PreparedStatement statement, Difference difference) throws SQLException {
        int set = 0;
        for (List<RowKey> rows : byBook(difference.numbers().keySet())) {
            setNames(statement, set, rows);
            statement.setArray(set + 3, array("bigint", rows.stream().map(difference.numbers()::get).toArray()));
            set += 3;
        }
        for (List<RowKey> rows : byBook(difference.documents().keySet())) {
            List<Versioned> documents = rows.stream()
                    .map(row -> difference.documents().getOrDefault(row, Versioned.ABSENT))
                    .toList();
            setNames(statement, set, rows);
            statement.setArray(set + 3, array("bigint", documents.stream().map(Versioned::version).toArray()));
            statement.setArray(set + 4, array("bytea",
                    documents.stream().map(Versioned::document).map(Document::bytes).toArray(byte[][]::new)));
            set += 4;
        }
        return setAllNames(statement, set, byBook(difference.gone()));
    }

    @Override
    public long[] read(List<RowKey> rows) throws SQLException {
        var values = new long[rows.size()];
        read(rows, (place, found) -> values[place] = found.getLong(2));
        return values;
    }

    @Override
    public List<Versioned> readDocuments(List<RowKey> rows) throws SQLException {
        var documents = new ArrayList<>(Collections.nCopies(rows.size(), Versioned.ABSENT));
        read(rows, (place, found) -> documents.set(place,
                new Versioned(found.getLong(2), Document.of(found.getBytes(3)))));
        return documents;
    }

    /** Told each row that is there, by its place in the question. */
    private interface Found {
        void row(int place, ResultSet found) throws SQLException;
    }

    private void read(List<RowKey> rows, Found told) throws SQLException {
        Map<Book, List<Integer>> byBook = new LinkedHashMap<>();
        for (int i = 0; i < rows.size(); i++) {
            byBook.computeIfAbsent(rows.get(i).book(), book -> new ArrayList<>(rows.size())).add(i);
        }
        for (List<Integer> places : byBook.values()) {
            List<RowKey> asked = places.stream().map(rows::get).toList();
            try (PreparedStatement statement = prepare(in(asked, READ))) {
                setNames(statement, 0, asked);
                try (ResultSet found = statement.executeQuery()) {
                    while (found.next()) {
                        told.row(places.get(found.getInt(1) - 1), found);
                    }
                }
            }
        }
    }

    @Override
    public List<Row> listThrough(Book book, String throughSection, int limit) throws SQLException {
        return listThrough(book, throughSection, "", "", limit);
    }

    @Override
    public int sweep(Book book, String throughSection, int limit) throws SQLException {
        try (PreparedStatement statement = prepare(BookTable.of(book).in(SWEEP))) {
            statement.setString(1, throughSection);
            statement.setInt(2, limit);
            return statement.executeUpdate();
        }
    }

    /** A statement about rows of one book. */
    private static String in(List<RowKey> rows, String statement) {
        return BookTable.of(rows.getFirst().book()).in(statement);
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
            statement.setArray(2, array("text", outcomes.stream().map(KeyOutcome::fingerprint).toArray()));
            statement.setArray(3, array("bytea", outcomes.stream().map(KeyOutcome::outcomes).toArray(byte[][]::new)));
            statement.setArray(4, array("bigint", outcomes.stream().map(KeyOutcome::expiresAtMillis).toArray()));
            statement.executeUpdate();
        }
    }

    /** Sets the names of rows of several books, and says how many parameters are set then. */
    private int setAllNames(PreparedStatement statement, int set, Collection<List<RowKey>> byBook) throws SQLException {
        int next = set;
        for (List<RowKey> rows : byBook) {
            setNames(statement, next, rows);
            next += 2;
        }
        return next;
    }

    /** @param set how many parameters stand before the rows' names */
    private void setNames(PreparedStatement statement, int set, List<RowKey> rows) throws SQLException {
        statement.setArray(set + 1, array("text", rows.stream().map(RowKey::section).toArray()));
        statement.setArray(set + 2, array("text", rows.stream().map(RowKey::id).toArray()));
    }

    private Array array(String type, Object[] elements) throws SQLException {
        return connection.createArrayOf(type, elements);
    }
}
