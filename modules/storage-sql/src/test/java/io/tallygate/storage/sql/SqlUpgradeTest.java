package io.tallygate.storage.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.tallygate.counter.CounterStore;
import io.tallygate.counter.Flush;
import io.tallygate.counter.FlushResult;
import io.tallygate.counter.ReleasedData;
import io.tallygate.kernel.FlushId;
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
        try (CounterStore store = open(directory)) {
            released.assertServedBy(store);
        }
        FlushId last;
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("tallygate.db"))) {
            last = lastFlush(connection);
        }
        try (CounterStore store = open(directory)) {
            assertReplayed(released, store, last);
        }
    }

    private static CounterStore open(Path directory) throws IOException {
        return new SqlCounterStore(SqliteDatabase.open(directory, SqliteSettings.Synchronous.FULL,
                SqliteDatabase.Limits.DEFAULT));
    }

    @ParameterizedTest
    @ValueSource(strings = "0.1.0")
    void open_schemaOfAReleasedVersion_servesIt(String version) throws SQLException {
        var released = new ReleasedData(SqlUpgradeTest.class, version);
        try (var server = new PostgresqlServer()) {
            server.execute(released.text("postgresql.sql"));
            try (CounterStore store = new SqlCounterStore(PostgresqlDatabase.open(server.settings()));
                    Connection connection = server.connect()) {
                assertReplayed(released, store, lastFlush(connection));
                released.assertServedBy(store);
            }
        }
    }

    /** A writer of that version that had no answer would repeat its last number. */
    private static void assertReplayed(ReleasedData released, CounterStore store, FlushId last) {
        FlushResult result = store.apply(new Flush(last, released.writtenAt(), List.of(), List.of()));
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
