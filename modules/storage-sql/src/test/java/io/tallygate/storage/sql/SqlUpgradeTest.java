package io.tallygate.storage.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.tallygate.kernel.FlushId;
import io.tallygate.ledger.Flush;
import io.tallygate.ledger.FlushResult;
import io.tallygate.ledger.LedgerStore;
import io.tallygate.ledger.ReleasedData;
import io.tallygate.ledger.TestRows;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What released versions wrote opens. */
final class SqlUpgradeTest {

    @ParameterizedTest
    @CsvSource({"0.1.0, stopped", "0.1.0, killed"})
    void open_directoryOfAReleasedVersion_servesIt(String version, String end, @TempDir Path directory)
            throws IOException, SQLException {
        var released = new ReleasedData(SqlUpgradeTest.class, version);
        released.unpack("sqlite-" + end + ".zip", directory);
        try (LedgerStore store = open(directory)) {
            released.assertServedBy(store);
        }
        FlushId last;
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("tallygate.db"))) {
            last = lastFlush(connection);
        }
        try (LedgerStore store = open(directory)) {
            assertReplayed(released, store, last);
        }
    }

    private static LedgerStore open(Path directory) throws IOException {
        return new SqlLedgerStore(SqliteDatabase.open(directory, SqliteSettings.Synchronous.FULL,
                SqliteDatabase.Limits.DEFAULT, TestRows.BOOKS), TestRows.BOOKS);
    }

    @ParameterizedTest
    @ValueSource(strings = "0.1.0")
    void open_schemaOfAReleasedVersion_servesIt(String version) throws SQLException {
        var released = new ReleasedData(SqlUpgradeTest.class, version);
        try (var server = new PostgresqlServer()) {
            server.execute(released.text("postgresql.sql"));
            try (LedgerStore store = new SqlLedgerStore(PostgresqlDatabase.open(server.settings(), TestRows.BOOKS),
                    TestRows.BOOKS);
                    Connection connection = server.connect()) {
                assertReplayed(released, store, lastFlush(connection));
                released.assertServedBy(store);
            }
        }
    }

    /** A writer of that version that had no answer would repeat its last number. */
    private static void assertReplayed(ReleasedData released, LedgerStore store, FlushId last) {
        FlushResult result = store.apply(new Flush(last, released.writtenAt(), List.of()));
        assertThat(result.replayed()).isTrue();
    }

    private static FlushId lastFlush(Connection connection) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(
                        "SELECT writer, sequence FROM flush_guard WHERE writer NOT LIKE 'after-%'")) {
            assertThat(rows.next()).isTrue();
            return new FlushId(rows.getString(1), rows.getLong(2));
        }
    }
}
