package io.tallygate.storage.sql;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** Brings a schema to this version, in the caller's transaction. */
final class Migrations {

    private final String dialect;
    private final int latest;
    private final String exists;

    /**
     * @param dialect the directory, beside this class, of the files {@code 1.sql}, {@code 2.sql} …
     * @param latest  the number of the last of them
     * @param exists  asks the database whether it has the table {@code schema_version}
     */
    Migrations(String dialect, int latest, String exists) {
        this.dialect = dialect;
        this.latest = latest;
        this.exists = exists;
    }

    /**
     * Whether the schema has this version. Writes nothing.
     *
     * @throws IllegalStateException when a newer program has migrated it further
     */
    boolean areApplied(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            return version(statement) == latest;
        }
    }

    /** @throws IllegalStateException when a newer program has migrated it further */
    void apply(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            // PostgreSQL answers to_regclass from what the transaction last saw, so the table is named before it is asked.
            statement.execute("CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL PRIMARY KEY)");
            for (int next = version(statement) + 1; next <= latest; next++) {
                for (String sql : file(next).split(";\\s*(\\n|$)", 0)) {
                    statement.execute(sql);
                }
                statement.execute("INSERT INTO schema_version (version) VALUES (" + next + ")");
            }
        }
    }

    private int version(Statement statement) throws SQLException {
        if (number(statement, exists) == 0) {
            return 0;
        }
        int version = number(statement, "SELECT COALESCE(MAX(version), 0) FROM schema_version");
        if (version > latest) {
            throw new IllegalStateException("the database's schema has version " + version + ", newer than the "
                    + latest + " that this program knows: start the newer program");
        }
        return version;
    }

    private static int number(Statement statement, String question) throws SQLException {
        try (ResultSet rows = statement.executeQuery(question)) {
            rows.next();
            return rows.getInt(1);
        }
    }

    private String file(int version) {
        String name = dialect + "/" + version + ".sql";
        try (InputStream in = Migrations.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("missing in this program: " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
