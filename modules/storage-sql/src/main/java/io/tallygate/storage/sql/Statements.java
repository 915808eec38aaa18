package io.tallygate.storage.sql;

import io.tallygate.ledger.Book;
import io.tallygate.ledger.Document;
import io.tallygate.ledger.LedgerStore.Ranked;
import io.tallygate.ledger.Row;
import io.tallygate.storage.sql.Session.Answered;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The statements that SQLite and PostgreSQL both understand, on one connection. For one thread at a time. */
abstract class Statements {

    private static final String LAST_FLUSH = "SELECT sequence, result FROM flush_guard WHERE writer = ?";
    private static final String RANK = """
            SELECT {id}, value FROM {table} WHERE {section} = ?
            ORDER BY value DESC, {id} LIMIT ?""";

    private static final String LIST = """
            SELECT {section}, {id}, {content} FROM {table} WHERE {section} = ? AND {id} > ?
            ORDER BY {id} LIMIT ?""";
    private static final String LIST_THROUGH = """
            SELECT {section}, {id}, %s FROM {table} WHERE {section} <= ? AND ({section}, {id}) > (?, ?)
            ORDER BY {section}, {id} LIMIT ?""";
    private static final String LIST_CONTENTS_THROUGH = LIST_THROUGH.formatted("{content}");
    private static final String LIST_NAMES_THROUGH = LIST_THROUGH.formatted("{value}");

    private final String purgeKeys;
    private final String purgeFlushes;

    /** @param skipLocked how a subquery takes rows and passes over those that others hold; empty where none do */
    Statements(String skipLocked) {
        this.purgeKeys = """
                DELETE FROM idempotency WHERE id IN
                (SELECT id FROM idempotency WHERE expires_at <= ? ORDER BY expires_at LIMIT ? %s)"""
                .formatted(skipLocked);
        this.purgeFlushes = """
                DELETE FROM flush_guard WHERE writer IN
                (SELECT writer FROM flush_guard WHERE applied_at <= ? LIMIT ? %s)""".formatted(skipLocked);
    }

    /** A statement to be given back to {@link #done}. */
    abstract PreparedStatement prepare(String sql) throws SQLException;

    abstract void done(PreparedStatement statement) throws SQLException;

    /** What is on record for a writer. */
    public final Optional<Answered> lastFlush(String writer) throws SQLException {
        PreparedStatement statement = prepare(LAST_FLUSH);
        statement.setString(1, writer);
        Optional<Answered> answered;
        try (ResultSet rows = statement.executeQuery()) {
            answered = rows.next() ? Optional.of(new Answered(rows.getLong(1), rows.getBytes(2))) : Optional.empty();
        }
        done(statement);
        return answered;
    }

    /** The highest rows of a section, highest first, equal ones ordered by id. */
    public final List<Ranked> rank(Book book, String section, int limit) throws SQLException {
        PreparedStatement statement = prepare(BookTable.of(book).in(RANK));
        statement.setString(1, section);
        statement.setInt(2, limit);
        List<Ranked> ranked = new ArrayList<>();
        try (ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                ranked.add(new Ranked(rows.getString(1), rows.getLong(2)));
            }
        }
        done(statement);
        return ranked;
    }

    /** As {@link io.tallygate.ledger.LedgerStore#list}. */
    public final List<Row> list(Book book, String section, String afterId, int limit) throws SQLException {
        BookTable table = BookTable.of(book);
        PreparedStatement statement = prepare(table.in(LIST));
        statement.setString(1, section);
        statement.setString(2, afterId);
        statement.setInt(3, limit);
        return rows(statement, table.holdsDocuments());
    }

    /** As {@link io.tallygate.ledger.LedgerStore#listThrough}, behind a row's name; the empty name is before all. */
    public final List<Row> listThrough(Book book, String throughSection, String afterSection, String afterId, int limit)
            throws SQLException {
        BookTable table = BookTable.of(book);
        return rows(through(table.in(LIST_CONTENTS_THROUGH), throughSection, afterSection, afterId, limit),
                table.holdsDocuments());
    }

    /** The same, without documents. */
    final List<Row> listNamesThrough(Book book, String throughSection, String afterSection, String afterId, int limit)
            throws SQLException {
        return rows(through(BookTable.of(book).in(LIST_NAMES_THROUGH), throughSection, afterSection, afterId, limit),
                false);
    }

    private PreparedStatement through(String sql, String throughSection, String afterSection, String afterId, int limit)
            throws SQLException {
        PreparedStatement statement = prepare(sql);
        statement.setString(1, throughSection);
        statement.setString(2, afterSection);
        statement.setString(3, afterId);
        statement.setInt(4, limit);
        return statement;
    }

    private List<Row> rows(PreparedStatement statement, boolean withDocuments) throws SQLException {
        List<Row> listed = new ArrayList<>();
        try (ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                listed.add(new Row(rows.getString(1), rows.getString(2), rows.getLong(3),
                        withDocuments ? Document.of(rows.getBytes(4)) : null));
            }
        }
        done(statement);
        return listed;
    }

    /** Deletes what {@link Database#purge} says. */
    final int purge(long keysUntilMillis, long flushesUntilMillis, int limit) throws SQLException {
        int purged = purge(purgeKeys, keysUntilMillis, limit);
        return purged == limit ? purged : purged + purge(purgeFlushes, flushesUntilMillis, limit - purged);
    }

    private int purge(String sql, long untilMillis, int limit) throws SQLException {
        PreparedStatement statement = prepare(sql);
        statement.setLong(1, untilMillis);
        statement.setInt(2, limit);
        int purged = statement.executeUpdate();
        done(statement);
        return purged;
    }
}
