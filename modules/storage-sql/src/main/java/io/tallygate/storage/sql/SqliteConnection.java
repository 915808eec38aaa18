package io.tallygate.storage.sql;

import io.tallygate.ledger.Book;
import io.tallygate.ledger.Document;
import io.tallygate.ledger.RowKey;
import io.tallygate.ledger.Versioned;
import io.tallygate.storage.sql.Rows.FlushRow;
import io.tallygate.storage.sql.Rows.KeyRow;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.IntFunction;
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
    /** For each of {@link #ROWS_A_STATEMENT}. */
    private static final List<String> PUT_KEYS = ofEachSize(
            rows -> "INSERT INTO idempotency (id, fingerprint, expires_at, outcomes)"
                    + " VALUES " + String.join(", ", Collections.nCopies(rows, "(?, ?, ?, ?)"))
                    + " ON CONFLICT (id) DO UPDATE SET fingerprint = excluded.fingerprint, expires_at = excluded.expires_at,"
                    + " outcomes = excluded.outcomes");
    private static final List<String> KEYS = ofEachSize(rows -> "WITH wanted (id) AS (VALUES "
            + String.join(", ", Collections.nCopies(rows, "(?)"))
            + ") SELECT id, fingerprint, expires_at, outcomes FROM wanted CROSS JOIN idempotency USING (id)");
    private static final String DELETE = "DELETE FROM {table} WHERE {section} = ? AND {id} = ?";
    private static final String READ = "SELECT {content} FROM {table} WHERE {section} = ? AND {id} = ?";
    private static final String MAKE_TABLE_OF_NUMBERS = """
            CREATE TABLE IF NOT EXISTS {table} (
                {section} TEXT NOT NULL,
                {id} TEXT NOT NULL,
                value INTEGER NOT NULL,
                PRIMARY KEY ({section}, {id})
            ) STRICT, WITHOUT ROWID""";
    /** With rows of their own beside the index of names, which large ones would make wide. */
    private static final String MAKE_TABLE_OF_DOCUMENTS = """
            CREATE TABLE IF NOT EXISTS {table} (
                {section} TEXT NOT NULL,
                {id} TEXT NOT NULL,
                version INTEGER NOT NULL,
                document BLOB NOT NULL,
                PRIMARY KEY ({section}, {id})
            ) STRICT""";
    private static final String TABLES = "SELECT count(*) FROM sqlite_schema WHERE name = ?";
    private static final String EPOCH = "SELECT epoch FROM checkpoint";
    private static final String JOURNAL = "SELECT name, since FROM journal";
    private static final String NEED_JOURNAL = "UPDATE journal SET since = ?";
    private static final String PUT_EPOCH = "UPDATE checkpoint SET epoch = ?";

    private final Connection connection;
    private final Map<String, PreparedStatement> statements = new HashMap<>();
    private final Map<Book, BookStatements> books = new HashMap<>();
    /** Whether the transaction has had a statement. */
    private boolean used;

    /**
     * The statements of one book; of put and values one for each of {@link #ROWS_A_STATEMENT}.
     *
     * @param values numbers, or versions
     */
    private record BookStatements(List<String> put, List<String> values, String read, String delete) {

        static BookStatements of(Book book) {
            BookTable table = BookTable.of(book);
            var put = new ArrayList<String>();
            var values = new ArrayList<String>();
            for (int rows : ROWS_A_STATEMENT) {
                put.add(table.in("INSERT INTO {table} ({section}, {id}, {content}) VALUES " + parameters(table, rows)
                        + " ON CONFLICT ({section}, {id}) DO UPDATE SET "
                        + (table.holdsDocuments()
                                ? "version = excluded.version, document = excluded.document"
                                : "value = excluded.value")));
                values.add(table.in("WITH wanted (place, {section}, {id}) AS (VALUES "
                        + IntStream.range(0, rows).mapToObj(place -> "(" + place + ", ?, ?)")
                                .collect(Collectors.joining(", "))
                        + ") SELECT place, {value} FROM wanted CROSS JOIN {table} USING ({section}, {id})"));
            }
            return new BookStatements(put, values, table.in(READ), table.in(DELETE));
        }

        private static String parameters(BookTable table, int rows) {
            return String.join(", ", Collections.nCopies(rows, table.holdsDocuments() ? "(?, ?, ?, ?)" : "(?, ?, ?)"));
        }
    }

    private static List<String> ofEachSize(IntFunction<String> statement) {
        return Arrays.stream(ROWS_A_STATEMENT).mapToObj(statement).toList();
    }

    SqliteConnection(Connection connection) {
        super("");
        this.connection = connection;
    }

    Connection connection() {
        used = true;
        return connection;
    }

    /** Ends the transaction, which begins with its first statement: one that has had none costs nothing. */
    void commit() throws SQLException {
        if (used) {
            connection.commit();
            used = false;
        }
    }

    @Override
    PreparedStatement prepare(String sql) throws SQLException {
        used = true;
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

    /** The rows' numbers, or versions, in their order; empty for one that is not there. */
    OptionalLong[] values(List<RowKey> rows) throws SQLException {
        var found = new OptionalLong[rows.size()];
        Arrays.fill(found, OptionalLong.empty());
        for (int from = 0; from < found.length;) {
            Book book = rows.get(from).book();
            int to = from + 1;
            while (to < found.length && rows.get(to).book().equals(book)) {
                to++;
            }
            findValues(book, rows, from, to, found);
            from = to;
        }
        return found;
    }

    private void findValues(Book book, List<RowKey> rows, int first, int end, OptionalLong[] found)
            throws SQLException {
        for (int from = first; from < end;) {
            int kind = smallestFor(end - from);
            int to = Math.min(end, from + ROWS_A_STATEMENT[kind]);
            PreparedStatement statement = prepare(statements(book).values().get(kind));
            for (int place = 0; place < ROWS_A_STATEMENT[kind]; place++) {
                @Nullable
                RowKey row = from + place < to ? rows.get(from + place) : null;
                statement.setString(2 * place + 1, row == null ? null : row.section());
                statement.setString(2 * place + 2, row == null ? null : row.id());
            }
            try (ResultSet values = statement.executeQuery()) {
                while (values.next()) {
                    found[from + values.getInt(1)] = OptionalLong.of(values.getLong(2));
                }
            }
            from = to;
        }
    }

    private BookStatements statements(Book book) {
        return books.computeIfAbsent(book, BookStatements::of);
    }

    /** The kind of statement that takes so many rows, or else the one that takes most. */
    private static int smallestFor(int rows) {
        int kind = ROWS_A_STATEMENT.length - 1;
        while (kind > 0 && ROWS_A_STATEMENT[kind] < rows) {
            kind--;
        }
        return kind;
    }

    /** A row of a book of documents. */
    Versioned document(RowKey row) throws SQLException {
        PreparedStatement statement = prepare(statements(row.book()).read());
        statement.setString(1, row.section());
        statement.setString(2, row.id());
        try (ResultSet rows = statement.executeQuery()) {
            return rows.next()
                    ? new Versioned(rows.getLong(1), Document.of(rows.getBytes(2)))
                    : Versioned.ABSENT;
        }
    }

    /** Those that there are. */
    Map<String, KeyRow> keys(List<String> ids) throws SQLException {
        Map<String, KeyRow> found = new HashMap<>();
        for (int from = 0; from < ids.size();) {
            int kind = smallestFor(ids.size() - from);
            int to = Math.min(ids.size(), from + ROWS_A_STATEMENT[kind]);
            PreparedStatement statement = prepare(KEYS.get(kind));
            for (int place = 0; place < ROWS_A_STATEMENT[kind]; place++) {
                statement.setString(place + 1, from + place < to ? ids.get(from + place) : null);
            }
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    found.put(rows.getString(1), new KeyRow(rows.getString(2), rows.getLong(3), rows.getBytes(4)));
                }
            }
            from = to;
        }
        return found;
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
    void put(Generation rows, long epoch) throws SQLException {
        for (Book book : rows.books()) {
            for (String section : rows.sections(book)) {
                put(statements(book), section, rows.section(book, section));
            }
        }
        PreparedStatement putFlush = prepare(PUT_FLUSH);
        for (Map.Entry<String, FlushRow> flush : rows.flushes().entrySet()) {
            putFlush.setString(1, flush.getKey());
            putFlush.setLong(2, flush.getValue().sequence());
            putFlush.setLong(3, flush.getValue().appliedAtMillis());
            putFlush.setBytes(4, flush.getValue().result());
            putFlush.executeUpdate();
        }
        putKeys(rows.keys());
        PreparedStatement putEpoch = prepare(PUT_EPOCH);
        putEpoch.setLong(1, epoch);
        putEpoch.executeUpdate();
    }

    /** In the order of the table, as {@link #put(BookStatements, String, Map)}. */
    private void putKeys(Map<String, KeyRow> rows) throws SQLException {
        var keys = new ArrayList<>(rows.entrySet());
        keys.sort(Map.Entry.comparingByKey());
        int from = 0;
        for (int kind = 0; kind < ROWS_A_STATEMENT.length; kind++) {
            int size = ROWS_A_STATEMENT[kind];
            for (; keys.size() - from >= size; from += size) {
                PreparedStatement put = prepare(PUT_KEYS.get(kind));
                int parameter = 1;
                for (Map.Entry<String, KeyRow> key : keys.subList(from, from + size)) {
                    put.setString(parameter++, key.getKey());
                    put.setString(parameter++, key.getValue().fingerprint());
                    put.setLong(parameter++, key.getValue().expiresAtMillis());
                    put.setBytes(parameter++, key.getValue().outcomes());
                }
                put.executeUpdate();
            }
        }
    }

    /** In the order of the tables, so that neighbours meet in one page. */
    private void put(BookStatements statements, String section, Map<String, Content> contents) throws SQLException {
        var present = new ArrayList<Map.Entry<String, Content>>(contents.size());
        for (Map.Entry<String, Content> row : contents.entrySet()) {
            if (row.getValue().isPresent()) {
                present.add(row);
            } else {
                PreparedStatement delete = prepare(statements.delete());
                delete.setString(1, section);
                delete.setString(2, row.getKey());
                delete.executeUpdate();
            }
        }
        present.sort(Map.Entry.comparingByKey());
        int from = 0;
        for (int kind = 0; kind < ROWS_A_STATEMENT.length; kind++) {
            int size = ROWS_A_STATEMENT[kind];
            for (; present.size() - from >= size; from += size) {
                put(prepare(statements.put().get(kind)), section, present.subList(from, from + size));
            }
        }
    }

    private static void put(PreparedStatement put, String section, List<Map.Entry<String, Content>> rows)
            throws SQLException {
        int parameter = 1;
        for (Map.Entry<String, Content> row : rows) {
            put.setString(parameter++, section);
            put.setString(parameter++, row.getKey());
            put.setLong(parameter++, row.getValue().value());
            if (row.getValue() instanceof Content.OfDocument document) {
                put.setBytes(parameter++, document.document().bytes());
            }
        }
        put.executeUpdate();
    }

    /** Makes the tables of books that it has not. */
    void makeTables(Collection<Book> ofBooks) throws SQLException {
        used = true;
        try (Statement statement = connection.createStatement()) {
            for (Book book : ofBooks) {
                BookTable table = BookTable.of(book);
                statement.execute(
                        table.in(table.holdsDocuments() ? MAKE_TABLE_OF_DOCUMENTS : MAKE_TABLE_OF_NUMBERS));
            }
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
