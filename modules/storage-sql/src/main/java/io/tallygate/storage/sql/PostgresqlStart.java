package io.tallygate.storage.sql;

import io.tallygate.ledger.Book;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a database has to have before rows are kept in it: the encoding, the tables, the rights. What is missing is
 * refused with the statement that gives it. A database that has everything is not written to, so that it is served even
 * while it is read-only. For one thread, once.
 */
final class PostgresqlStart {

    private static final int VERSION = 3;
    private static final String ENCODING = "UTF8";
    private static final int MAX_WAIT_MILLIS = 60_000;
    private static final String RIGHTS = "SELECT, INSERT, UPDATE, DELETE";
    /** Made by the first migration. */
    private static final List<String> TABLES = List.of("counter", "idempotency", "flush_guard");
    private static final String MAKE_TABLE = """
            CREATE TABLE IF NOT EXISTS {table} (
                {section} TEXT COLLATE "C" NOT NULL,
                {id} TEXT COLLATE "C" NOT NULL,
                {columns},
                PRIMARY KEY ({section}, {id})
            ) WITH (fillfactor = 80)""";

    private static final String ABOUT = """
            SELECT current_setting('server_encoding'), current_database(), quote_ident(current_user),
                quote_ident(coalesce(current_schema(), 'public'))""";
    private static final String RIGHTS_ON = """
            SELECT to_regclass(name) IS NULL,
                has_table_privilege(to_regclass(name), 'SELECT') AND has_table_privilege(to_regclass(name), 'INSERT')
                AND has_table_privilege(to_regclass(name), 'UPDATE') AND has_table_privilege(to_regclass(name), 'DELETE')
            FROM (SELECT ? AS name) AS asked""";

    private final Connection connection;
    /** Those of the books that no migration makes. */
    private final List<BookTable> bookTables;
    private final Migrations migrations = new Migrations("postgresql", VERSION,
            "SELECT count(to_regclass('schema_version'))");

    private record About(String encoding, String database, String user, String schema) {}

    PostgresqlStart(Connection connection, Collection<Book> books) {
        this.connection = connection;
        this.bookTables = books.stream().map(BookTable::of).filter(table -> !TABLES.contains(table.name())).toList();
    }

    /**
     * Brings the schema to this version, in the caller's transaction, and checks the rest. A process that starts beside
     * one that does so waits for it, for a minute at most.
     *
     * @throws IllegalStateException saying what is missing and what to do
     */
    void prepare() throws SQLException {
        waitAsLongAsMigrationTakes();
        About about = about();
        if (!about.encoding().equals(ENCODING)) {
            throw new IllegalStateException("the database's encoding is " + about.encoding() + ", must be " + ENCODING
                    + " for names in every script: CREATE DATABASE " + about.database()
                    + " ENCODING 'UTF8' TEMPLATE template0, under a name that is free");
        }
        try {
            if (!migrations.areApplied(connection) || !haveTables()) {
                migrate();
            }
        } catch (SQLException e) {
            throw missingRight(e, about);
        }
        checkTables(about);
    }

    private void waitAsLongAsMigrationTakes() throws SQLException {
        connection.setNetworkTimeout(Runnable::run, MAX_WAIT_MILLIS + 1_000);
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET LOCAL statement_timeout = " + MAX_WAIT_MILLIS
                    + "; SET LOCAL idle_in_transaction_session_timeout = " + MAX_WAIT_MILLIS);
        }
    }

    private void migrate() throws SQLException {
        try (Statement statement = connection.createStatement()) {
            // Processes that start together take turns.
            statement.execute("SELECT pg_advisory_xact_lock(hashtext('tallygate.schema'))");
        }
        migrations.apply(connection);
        try (Statement statement = connection.createStatement()) {
            for (BookTable table : bookTables) {
                statement.execute(table.in(MAKE_TABLE.replace("{columns}", table.holdsDocuments()
                        ? "version BIGINT NOT NULL, document BYTEA NOT NULL"
                        : "value BIGINT NOT NULL")));
            }
        }
    }

    private boolean haveTables() throws SQLException {
        for (BookTable table : bookTables) {
            try (PreparedStatement statement = connection.prepareStatement("SELECT to_regclass(?) IS NOT NULL")) {
                statement.setString(1, table.name());
                try (ResultSet row = statement.executeQuery()) {
                    row.next();
                    if (!row.getBoolean(1)) {
                        return false;
                    }
                }
            }
        }
        return true;
    }

    private About about() throws SQLException {
        try (Statement statement = connection.createStatement(); ResultSet row = statement.executeQuery(ABOUT)) {
            row.next();
            return new About(row.getString(1), row.getString(2), row.getString(3), row.getString(4));
        }
    }

    private static RuntimeException missingRight(SQLException e, About about) throws SQLException {
        if (!PostgresqlFailure.NO_RIGHT.equals(e.getSQLState())
                && !PostgresqlFailure.NO_SCHEMA.equals(e.getSQLState())) {
            throw e;
        }
        String words = PostgresqlFailure.words(e);
        return new IllegalStateException(words + "; " + grant(words.contains("schema_version")
                ? "SELECT ON schema_version"
                : "USAGE, CREATE ON SCHEMA " + about.schema(), about.user()), e);
    }

    /** What gives a user a right. */
    static String grant(String right, String user) {
        return "run as the owner: GRANT " + right + " TO " + user;
    }

    private void checkTables(About about) throws SQLException {
        var denied = new ArrayList<String>();
        for (String table : Stream.concat(TABLES.stream(), bookTables.stream().map(BookTable::name)).toList()) {
            try (PreparedStatement statement = connection.prepareStatement(RIGHTS_ON)) {
                statement.setString(1, table);
                try (ResultSet row = statement.executeQuery()) {
                    row.next();
                    if (row.getBoolean(1)) {
                        throw new IllegalStateException("the table " + table + " is missing in the database "
                                + about.database() + ", though its schema_version says that it was made");
                    } else if (!row.getBoolean(2)) {
                        denied.add(table);
                    }
                }
            }
        }
        if (!denied.isEmpty()) {
            String tables = String.join(", ", denied);
            throw new IllegalStateException(
                    "permission denied for " + tables + "; " + grant(RIGHTS + " ON " + tables, about.user()));
        }
    }
}
