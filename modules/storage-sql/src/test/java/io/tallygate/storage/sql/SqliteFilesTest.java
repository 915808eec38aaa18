package io.tallygate.storage.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tallygate.kernel.FlushId;
import io.tallygate.kernel.StoreUnavailableException;
import io.tallygate.ledger.Change;
import io.tallygate.ledger.Flush;
import io.tallygate.ledger.Posting;
import io.tallygate.ledger.RowKey;
import io.tallygate.ledger.TestRows;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that go missing, are another's, or have no room to grow. */
@Timeout(60)
final class SqliteFilesTest {

    private static final RowKey A = TestRows.of("a", "likes");
    private static final String[] DATABASE = {"tallygate.db"};
    private static final String[] DATABASE_AND_LOG = {"tallygate.db", "tallygate.db-wal"};
    private static final String[] JOURNAL = {"journal.0", "journal.1"};
    private static final SqliteDatabase.Limits BY_HAND = new SqliteDatabase.Limits(Duration.ofHours(1), 1_000_000,
            1L << 30, 1L << 30);

    @TempDir
    private Path directory = Path.of("");

    private static SqliteDatabase open(Path directory) throws IOException {
        return SqliteDatabase.open(directory, SqliteSettings.Synchronous.FULL, BY_HAND, TestRows.BOOKS);
    }

    private static void add(SqliteDatabase database, long sequence) {
        new SqlLedgerStore(database, TestRows.BOOKS).apply(flush(sequence));
    }

    private static Flush flush(long sequence) {
        return new Flush(new FlushId("w", sequence), Instant.EPOCH,
                List.of(new Posting(List.of(new Change.Add(A, 1)))));
    }

    private static long value(SqliteDatabase database) {
        return new SqlLedgerStore(database, TestRows.BOOKS).read(List.of(A))[0];
    }

    private static Path copy(Path from, Path to, String... names) throws IOException {
        Files.createDirectories(to);
        for (String name : names) {
            if (Files.exists(from.resolve(name))) {
                Files.copy(from.resolve(name), to.resolve(name));
            }
        }
        return to;
    }

    /** All files but the lock, by their names. */
    private static Map<String, Long> files(Path directory) throws IOException {
        var files = new TreeMap<String, Long>();
        try (Stream<Path> found = Files.list(directory)) {
            for (Path file : found.filter(path -> !path.endsWith("tallygate.lock")).toList()) {
                files.put(file.getFileName().toString(), Files.size(file));
            }
        }
        return files;
    }

    @Test
    void open_databaseWithoutItsJournal_isRefusedAndUntouchedAndOpensOnceItIsThere() throws IOException {
        Path running = directory.resolve("running");
        Path alone = directory.resolve("alone");
        try (SqliteDatabase database = open(running)) {
            add(database, 1);
            database.checkpoint();
            add(database, 2);
            copy(running, alone, DATABASE);
            copy(running, directory.resolve("withLog"), DATABASE_AND_LOG);
            copy(running, directory.resolve("half"), "tallygate.db", "journal.1");
            copy(running, directory.resolve("whole"), DATABASE_AND_LOG);
            copy(running, directory.resolve("whole"), JOURNAL);
        }
        Map<String, Long> before = files(alone);
        byte[] bytes = Files.readAllBytes(alone.resolve("tallygate.db"));

        assertThatThrownBy(() -> open(alone)).isInstanceOf(IOException.class)
                .hasMessageContaining("journal.0 is missing").hasMessageContaining("Put back")
                .hasMessageContaining("UPDATE journal SET since = 0");
        assertThat(files(alone)).isEqualTo(before);
        assertThat(alone.resolve("tallygate.db")).hasBinaryContent(bytes);
        assertThatThrownBy(() -> open(directory.resolve("withLog"))).hasMessageContaining("journal.0 is missing");
        assertThatThrownBy(() -> open(directory.resolve("half"))).hasMessageContaining("journal.0 is missing");
        try (SqliteDatabase database = open(directory.resolve("whole"))) {
            assertThat(value(database)).isEqualTo(2);
        }

        try (SqliteDatabase database = open(copy(running, alone, JOURNAL))) {
            assertThat(value(database)).isEqualTo(2);
        }
    }

    @Test
    void open_withoutItsJournalAfterTheNamedStatement_goesOnWithWhatTheFileHas() throws Exception {
        Path running = directory.resolve("running");
        Path alone = directory.resolve("alone");
        try (SqliteDatabase database = open(running)) {
            add(database, 1);
            database.checkpoint();
            add(database, 2);
            copy(running, alone, DATABASE_AND_LOG);
        }
        execute(alone, "UPDATE journal SET since = 0");

        try (SqliteDatabase database = open(alone)) {
            assertThat(value(database)).isEqualTo(1);
        }
    }

    @Test
    void open_journalOfAnother_isRefused() throws IOException {
        Path first = directory.resolve("first");
        Path mixed = directory.resolve("mixed");
        try (SqliteDatabase database = open(first); SqliteDatabase other = open(directory.resolve("other"))) {
            add(database, 1);
            add(other, 1);
            copy(first, mixed, DATABASE_AND_LOG);
            copy(directory.resolve("other"), mixed, JOURNAL);
        }
        assertThatThrownBy(() -> open(mixed)).hasMessageContaining("not those of tallygate.db");
    }

    @Test
    void open_journalOfAnotherTime_isRefused() throws IOException {
        Path running = directory.resolve("running");
        Path newer = directory.resolve("newer");
        Path older = directory.resolve("older");
        try (SqliteDatabase database = open(running)) {
            add(database, 1);
            copy(running, newer, DATABASE_AND_LOG);
            copy(running, older, JOURNAL);
            for (int sequence = 2; sequence < 6; sequence++) {
                database.checkpoint();
                add(database, sequence);
            }
            copy(running, older, DATABASE_AND_LOG);
            copy(running, newer, JOURNAL);
        }
        assertThatThrownBy(() -> open(older)).hasMessageContaining("older than tallygate.db");
        assertThatThrownBy(() -> open(newer)).hasMessageContaining("does not follow tallygate.db");
    }

    @Test
    void open_journalWithoutItsDatabase_isRefused() throws IOException {
        Path running = directory.resolve("running");
        Path alone = directory.resolve("alone");
        try (SqliteDatabase database = open(running)) {
            add(database, 1);
            copy(running, alone, JOURNAL);
        }
        assertThatThrownBy(() -> open(alone)).hasMessageContaining("tallygate.db is missing");
        Files.createFile(alone.resolve("tallygate.db"));
        assertThatThrownBy(() -> open(alone)).hasMessageContaining("tallygate.db is missing or empty");
    }

    @Test
    void open_filesOfTheVersionBefore_areReadAndBelongTogetherFromThenOn() throws Exception {
        open(directory).close();
        execute(directory, "DROP TABLE journal");
        execute(directory, "DELETE FROM schema_version WHERE version >= 3");
        Files.delete(directory.resolve("journal.0"));
        Files.delete(directory.resolve("journal.1"));
        var rows = new Rows();
        rows.number(A, 5);
        try (Journal journal = Journal.open(directory, SqliteSettings.Synchronous.FULL, 1)) {
            journal.append(RowsCodec.encode(rows));
        }

        try (SqliteDatabase database = open(directory)) {
            assertThat(value(database)).isEqualTo(5);
            add(database, 1);
            Path alone = copy(directory, directory.resolve("alone"), DATABASE_AND_LOG);
            assertThatThrownBy(() -> open(alone)).hasMessageContaining("journal.0 is missing");
        }
        try (SqliteDatabase database = open(directory)) {
            assertThat(value(database)).isEqualTo(6);
        }
    }

    /** Before there were documents: a file of schema 3, and its journal, which a kill left. */
    @Test
    void open_filesOfSchema3_areReadAndClosedToEarlierPrograms() throws Exception {
        open(directory).close();
        execute(directory, "DELETE FROM schema_version WHERE version = 4");
        execute(directory, "DROP TABLE book_paper");
        execute(directory, "UPDATE journal SET since = 1, name = 'own'");
        try (Journal journal = Journal.open(directory, SqliteSettings.Synchronous.FULL, 1)) {
            journal.begin("own");
            // Format 2: the row a of likes is 5.
            journal.append(HexFormat.of().parseHex("02010007636f756e74657200000001" + "0000056c696b6573000161"
                    + "010000000000000005" + "0000000000000000"));
        }

        try (SqliteDatabase database = open(directory)) {
            assertThat(value(database)).isEqualTo(5);
            add(database, 1);
            assertThat(value(database)).isEqualTo(6);
        }
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("tallygate.db"))) {
            var earlier = new Migrations("sqlite", 3,
                    "SELECT count(*) FROM sqlite_schema WHERE name = 'schema_version'");
            assertThatThrownBy(() -> earlier.apply(connection)).hasMessageContaining("version 4, newer than the 3")
                    .hasMessageContaining("start the newer program");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"journal.1", "tallygate.db"})
    void write_fileIsMovedAway_failsUntilItIsBack(String name) throws IOException {
        try (SqliteDatabase database = open(directory)) {
            add(database, 1);
            Path away = directory.resolve("away");
            Files.move(directory.resolve(name), away);

            assertThatThrownBy(() -> add(database, 2)).isInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining(name).hasMessageContaining("deleted or replaced");
            assertThatThrownBy(database::ping).isInstanceOf(StoreUnavailableException.class);

            Files.createFile(directory.resolve(name));
            assertThatThrownBy(() -> add(database, 2)).isInstanceOf(StoreUnavailableException.class);
            Files.move(away, directory.resolve(name), StandardCopyOption.REPLACE_EXISTING);
            add(database, 2);
            database.ping();
            assertThat(value(database)).isEqualTo(2);
        }
        try (SqliteDatabase database = open(directory)) {
            assertThat(value(database)).isEqualTo(2);
        }
    }

    @Test
    void close_journalIsGone_leavesWhatWasAcknowledgedInTheFile() throws IOException {
        try (SqliteDatabase database = open(directory)) {
            add(database, 1);
            Files.delete(directory.resolve("journal.0"));
            Files.delete(directory.resolve("journal.1"));
            assertThatThrownBy(() -> add(database, 2)).isInstanceOf(StoreUnavailableException.class);
            database.checkpoint();
            assertThatThrownBy(() -> add(database, 2)).isInstanceOf(StoreUnavailableException.class);
        }
        try (SqliteDatabase database = open(directory)) {
            assertThat(value(database)).isEqualTo(1);
        }
    }

    @Test
    void open_fullDiskAfterAnOrderlyStop_isReadAndWrittenOnceThereIsRoom() throws IOException {
        try (SmallDisk disk = SmallDisk.mount(directory)) {
            try (SqliteDatabase database = open(directory)) {
                add(database, 1);
            }
            assertReadAndWrittenOnceThereIsRoom(disk, 2);
        }
    }

    @Test
    void open_fullDiskAfterAKill_isReadAndWrittenOnceThereIsRoom() throws IOException {
        try (SmallDisk disk = SmallDisk.mount(Files.createDirectory(directory.resolve("disk")))) {
            Path killed = directory.resolve("killed");
            try (SqliteDatabase database = open(killed)) {
                add(database, 1);
                database.checkpoint();
                add(database, 2);
                copy(killed, disk.directory(), DATABASE_AND_LOG);
                copy(killed, disk.directory(), JOURNAL);
                copy(killed, disk.directory(), "tallygate.db-shm", "tallygate.lock");
            }
            assertReadAndWrittenOnceThereIsRoom(disk, 3);
        }
    }

    private static void assertReadAndWrittenOnceThereIsRoom(SmallDisk disk, long next) throws IOException {
        disk.fill();
        try (SqliteDatabase database = open(disk.directory())) {
            var store = new SqlLedgerStore(database, TestRows.BOOKS);
            assertThat(value(database)).isEqualTo(next - 1);
            assertThat(store.rank(TestRows.COUNTERS, "likes", 1)).hasSize(1);
            assertThatThrownBy(() -> add(database, next)).isInstanceOf(StoreUnavailableException.class);
            assertThatThrownBy(database::ping).isInstanceOf(StoreUnavailableException.class);
            assertThat(value(database)).isEqualTo(next - 1);

            disk.makeRoom();
            add(database, next);
            database.ping();
            assertThat(value(database)).isEqualTo(next);
        }
        try (SqliteDatabase database = open(disk.directory())) {
            assertThat(value(database)).isEqualTo(next);
        }
    }

    @Test
    void open_newDirectoryOnAFullDisk_isRefusedAndLeftToTheNext() throws IOException {
        try (SmallDisk disk = SmallDisk.mount(directory)) {
            disk.fill();
            assertThatThrownBy(() -> open(directory)).isInstanceOf(StoreUnavailableException.class);
            disk.makeRoom();
            try (SqliteDatabase database = open(directory)) {
                add(database, 1);
            }
        }
    }

    private static void execute(Path directory, String sql) throws SQLException {
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("tallygate.db"));
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
