package io.tallygate.storage.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tallygate.kernel.FlushId;
import io.tallygate.kernel.StoreUnavailableException;
import io.tallygate.ledger.Change;
import io.tallygate.ledger.Document;
import io.tallygate.ledger.Flush;
import io.tallygate.ledger.FlushResult;
import io.tallygate.ledger.IdempotencyKey;
import io.tallygate.ledger.LedgerStore;
import io.tallygate.ledger.LedgerStoreStressContract;
import io.tallygate.ledger.Posting;
import io.tallygate.ledger.PostingResult;
import io.tallygate.ledger.RowKey;
import io.tallygate.ledger.TestRows;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The store kit on SQLite, and what is SQLite's own. */
final class SqliteLedgerStoreTest extends LedgerStoreStressContract {

    private static final Instant START = Instant.parse("2026-03-01T00:00:00Z");
    private static final RowKey COUNTER = TestRows.of("a", "likes");

    @TempDir
    private Path directory = Path.of("");

    @Override
    protected LedgerStore open() {
        return open(directory);
    }

    private static LedgerStore open(Path directory) {
        return open(directory, SqliteDatabase.Limits.DEFAULT);
    }

    private static LedgerStore open(Path directory, SqliteDatabase.Limits limits) {
        try {
            return new SqlLedgerStore(
                    SqliteDatabase.open(directory, SqliteSettings.Synchronous.FULL, limits, TestRows.BOOKS),
                    TestRows.BOOKS);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Flush flush(String writer, Instant at, Posting... requests) {
        return new Flush(new FlushId(writer, 1), at,
                Stream.concat(Stream.of(new Posting(List.of(new Change.Add(COUNTER, 1)))), Stream.of(requests))
                        .toList());
    }

    private static Posting request(String id) {
        return new Posting(new IdempotencyKey(id, "print"), List.of(new Change.Add(COUNTER, 1)));
    }

    @Test
    void open_directoryInUse_saysSo() {
        assertThatThrownBy(this::open).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("another process").hasMessageContaining(directory.toString());
    }

    @Test
    void open_schemaOfANewerProgram_saysSo(@TempDir Path other) throws SQLException {
        open(other).close();
        execute(other, "INSERT INTO schema_version (version) VALUES (99)");
        assertThatThrownBy(() -> open(other)).isInstanceOf(IllegalStateException.class).hasMessageContaining("99");
    }

    @Test
    void open_notADatabase_failsAndReleasesTheDirectory(@TempDir Path other) throws IOException {
        Path file = other.resolve("tallygate.db");
        java.nio.file.Files.writeString(file, "no database ".repeat(1_000));
        assertThatThrownBy(() -> open(other)).isInstanceOf(IllegalStateException.class).hasMessageContaining("SQLite");
        java.nio.file.Files.delete(file);
        open(other).close();
    }

    @Test
    void purgeExpired_recordsAndWriters_deletesExactlyTheOldOnesUpToTheLimit(@TempDir Path other) {
        try (LedgerStore store = open(other)) {
            store.apply(flush("w1", START, request("r1"), request("r2")));
            store.apply(flush("w2", START, request("r3")));
            store.apply(flush("w3", START.plus(Duration.ofDays(1)), request("r4")));
            Instant day = START.plus(Duration.ofDays(1));
            assertThat(store.purgeExpired(day.minusMillis(1), 100)).isZero();
            assertThat(store.purgeExpired(day, 2)).isEqualTo(2);
            assertThat(store.purgeExpired(day, 2)).isEqualTo(1);
            assertThat(store.purgeExpired(START.plus(Duration.ofDays(7)), 100)).isEqualTo(3);
            assertThat(store.purgeExpired(START.plus(Duration.ofDays(7)), 100)).isZero();
        }
    }

    /** More keys than one statement takes, of which the file has some and memory others. */
    @Test
    void apply_manyKeysKnownAndNew_answersEachByItsRecord(@TempDir Path other) {
        var narrow = new SqliteDatabase.Limits(Duration.ofMillis(1), 3, 2_048, 512);
        try (LedgerStore store = open(other, narrow)) {
            store.apply(flush("w1", START, requests(0, 150, 3)));
            store.apply(flush("w2", START, requests(150, 170, 1)));
            FlushResult result = store.apply(flush("w3", START, requests(0, 200, 1)));

            for (int i = 0; i < 200; i++) {
                boolean used = (i >= 150 && i < 170) || (i < 150 && i % 3 == 0);
                assertThat(result.postings().get(i + 1)).as("request %d", i)
                        .isInstanceOfSatisfying(PostingResult.Committed.class,
                                committed -> assertThat(committed.replayed()).isEqualTo(used));
            }
            assertThat(store.read(List.of(COUNTER))).containsExactly(203);
        }
    }

    private static Posting[] requests(int from, int to, int step) {
        return IntStream.range(from, to).filter(i -> i % step == 0).mapToObj(i -> request("k" + i))
                .toArray(Posting[]::new);
    }

    @Test
    void apply_fileLockedByAnother_goesOnUntilTheJournalIsFullThenRecovers(@TempDir Path other) throws SQLException {
        var limits = new SqliteDatabase.Limits(Duration.ofMillis(1), 3, 1L << 20, 1L << 20);
        try (LedgerStore store = open(other, limits);
                Connection intruder = DriverManager.getConnection("jdbc:sqlite:" + other.resolve("tallygate.db"));
                var statement = intruder.createStatement()) {
            statement.execute("PRAGMA busy_timeout = 30000");
            statement.execute("BEGIN IMMEDIATE");
            int applied = 0;
            Flush refused = null;
            while (refused == null) {
                Flush flush = flushOf("w" + applied, TestRows.of("k" + applied, "likes"));
                try {
                    store.apply(flush);
                    applied++;
                } catch (StoreUnavailableException e) {
                    refused = flush;
                }
            }
            assertThat(applied).isBetween(3, 12);
            assertThat(store.read(List.of(TestRows.of("k" + (applied - 1), "likes")))).containsExactly(1);
            assertThat(store.read(List.of(refused.postings().getFirst().changes().getFirst().row())))
                    .containsExactly(0);
            statement.execute("ROLLBACK");
            store.apply(refused);
            assertThat(store.read(List.of(refused.postings().getFirst().changes().getFirst().row())))
                    .containsExactly(1);
        }
        assertThat(rows(other)).isGreaterThan(3);
    }

    @Test
    void apply_fileLockedByAnother_documentsWaitUpToTheirBytesAndNoFurther(@TempDir Path other) throws SQLException {
        var limits = new SqliteDatabase.Limits(Duration.ofMillis(1), 1_000_000, 4L << 20, 1L << 30);
        try (LedgerStore store = open(other, limits);
                Connection intruder = DriverManager.getConnection("jdbc:sqlite:" + other.resolve("tallygate.db"));
                var statement = intruder.createStatement()) {
            statement.execute("PRAGMA busy_timeout = 30000");
            statement.execute("BEGIN IMMEDIATE");
            int applied = 0;
            while (isApplied(store, put(applied))) {
                applied++;
            }
            // As many again are sealed, unless that had begun before the file was locked.
            assertThat(applied).isBetween(6, 14);
            statement.execute("ROLLBACK");
            assertThat(isApplied(store, put(applied))).isTrue();
            assertThat(store.list(TestRows.PAPERS, "papers", "", 100)).hasSize(applied + 1);
        }
    }

    private static boolean isApplied(LedgerStore store, Flush flush) {
        try {
            store.apply(flush);
            return true;
        } catch (StoreUnavailableException e) {
            return false;
        }
    }

    private static Flush put(int number) {
        return new Flush(new FlushId("w" + number, 1), START, List.of(new Posting(List.of(new Change.Put(
                TestRows.paper("papers", "p" + number), Change.ANY, Document.of(new byte[Document.BYTES_MAX]))))));
    }

    @Test
    void close_always_leavesEverythingInTheFile(@TempDir Path other) throws SQLException {
        try (LedgerStore store = open(other)) {
            store.apply(flush("w", START, request("r")));
            assertThat(rows(other)).isZero();
        }
        assertThat(rows(other)).isEqualTo(1);
    }

    private static int rows(Path directory) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("tallygate.db"));
                var statement = connection.createStatement();
                var rows = statement.executeQuery("SELECT count(*) FROM counter")) {
            rows.next();
            return rows.getInt(1);
        }
    }

    private static Flush flushOf(String writer, RowKey counter) {
        return new Flush(new FlushId(writer, 1), START, List.of(new Posting(List.of(new Change.Add(counter, 1)))));
    }

    private static void execute(Path directory, String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("tallygate.db"));
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
