package io.tallygate.storage.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.tallygate.kernel.FlushId;
import io.tallygate.ledger.Change;
import io.tallygate.ledger.Flush;
import io.tallygate.ledger.IdempotencyKey;
import io.tallygate.ledger.Outcomes;
import io.tallygate.ledger.Posting;
import io.tallygate.ledger.PostingResult;
import io.tallygate.ledger.RowKey;
import io.tallygate.ledger.TestRows;
import io.tallygate.ledger.Versioned;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is there after a process ended at once: its directory is copied while it runs, the way a kill would leave it, and
 * the copy is opened.
 */
final class SqliteRecoveryTest {

    private static final Instant START = Instant.parse("2026-03-01T00:00:00Z");
    private static final SqliteDatabase.Limits BY_HAND = new SqliteDatabase.Limits(Duration.ofHours(1), 1_000_000,
            1L << 30, 1L << 30);
    private static final int COUNTERS = 5;

    private static final RowKey PAPER = TestRows.paper("acme", "paper");

    /**
     * A flush that changes all counters, by different amounts, and puts a document; each value, and the version, tells how many
     * flushes there were.
     */
    private static Flush flush(int number) {
        List<Change> changes = new ArrayList<>();
        for (int i = 0; i < COUNTERS; i++) {
            changes.add(new Change.Add(counter(i), i + 1));
        }
        changes.add(new Change.Put(PAPER, number - 1L, TestRows.document("flush " + number)));
        return new Flush(new FlushId("w", number), START,
                List.of(new Posting(changes), new Posting(new IdempotencyKey("r" + number, "print"),
                        List.of(new Change.Add(TestRows.of("keyed", "likes"), 1)))));
    }

    private static RowKey counter(int i) {
        return TestRows.of("c" + i, "likes");
    }

    private static long[] valuesAfter(int flushes) {
        return IntStream.range(0, COUNTERS).mapToLong(i -> (long) flushes * (i + 1)).toArray();
    }

    private static void assertHas(int flushes, SqlLedgerStore store) {
        assertThat(store.read(counters())).containsExactly(valuesAfter(flushes));
        assertThat(store.readDocuments(List.of(PAPER))).containsExactly(flushes == 0
                ? Versioned.ABSENT
                : new Versioned(flushes, TestRows.document("flush " + flushes)));
    }

    private static List<RowKey> counters() {
        return IntStream.range(0, COUNTERS).mapToObj(SqliteRecoveryTest::counter).toList();
    }

    private static SqliteDatabase open(Path directory) throws IOException {
        return SqliteDatabase.open(directory, SqliteSettings.Synchronous.FULL, BY_HAND, TestRows.BOOKS);
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        try (DirectoryStream<Path> files = Files.newDirectoryStream(from)) {
            for (Path file : files) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
    }

    /**
     * Spoils the last bytes of what a journal's file has of its epoch, behind the journal's name, which was on disk before
     * all others; how many transactions are whole after that.
     */
    private static int spoilEnd(Path journal, Random random) throws IOException {
        List<Integer> ends = new ArrayList<>();
        try (var file = new RandomAccessFile(journal.toFile(), "rw")) {
            int end = 0;
            long epoch = -1;
            while (end + 16 < file.length()) {
                file.seek(end);
                int length = file.readInt();
                file.skipBytes(4);
                long of = file.readLong();
                if (length == 0 || (epoch >= 0 && of != epoch)) {
                    break;
                }
                epoch = of;
                end += 16 + length;
                ends.add(end);
            }
            int nameEnd = ends.getFirst();
            int from = nameEnd + random.nextInt(end - nameEnd + 1);
            var bytes = new byte[end - from];
            file.seek(from);
            file.readFully(bytes);
            for (int i = 0; i < bytes.length; i++) {
                // Every one becomes another: a zero over the zero at a record's end would leave it whole.
                bytes[i] = (byte) ~bytes[i];
            }
            file.seek(from);
            file.write(bytes);
            return (int) ends.stream().filter(e -> e > nameEnd && e <= from).count();
        }
    }

    @RepeatedTest(20)
    void open_afterAKillAtAnyMoment_hasWhatWasCommitted(@TempDir Path directory) throws IOException {
        long seed = Long.getLong("tallygate.test.seed", System.nanoTime());
        System.out.println("SqliteRecoveryTest: tallygate.test.seed=" + seed);
        var random = new Random(seed);
        Path original = directory.resolve("original");
        int checkpointed = 0;
        int flushes = 10 + random.nextInt(40);
        Path copy = directory.resolve("copy");
        int epoch = 1;
        try (SqliteDatabase database = open(original)) {
            var store = new SqlLedgerStore(database, TestRows.BOOKS);
            for (int number = 1; number <= flushes; number++) {
                store.apply(flush(number));
                if (number < flushes && random.nextInt(8) == 0) {
                    database.checkpoint();
                    checkpointed = number;
                    epoch++;
                }
            }
            copy(original, copy);
        }
        int left = checkpointed + spoilEnd(copy.resolve("journal." + epoch % 2), random);
        try (SqliteDatabase database = open(copy)) {
            var store = new SqlLedgerStore(database, TestRows.BOOKS);
            assertHas(left, store);
            if (left > 0) {
                // The last one that counts is known by its number, an earlier one by its key.
                assertThat(store.apply(flush(left)).replayed()).isTrue();
                Flush again = new Flush(new FlushId("other", 1), START, List.of(flush(1).postings().getLast()));
                assertThat(store.apply(again).postings())
                        .containsExactly(new PostingResult.Committed(Outcomes.applied(1), true));
            }
            assertThat(store.apply(flush(left + 1)).replayed()).isFalse();
        }
        // What was recovered, and what came after it, is in the file alone.
        Files.delete(copy.resolve("journal.0"));
        Files.delete(copy.resolve("journal.1"));
        try (SqliteDatabase database = open(copy)) {
            assertHas(left + 1, new SqlLedgerStore(database, TestRows.BOOKS));
        }
    }

    @Test
    void open_againAndAgainAfterKills_goesOnWhereTheLastOneEnded(@TempDir Path directory) throws IOException {
        Path at = directory.resolve("0");
        for (int run = 1; run <= 6; run++) {
            Path next = directory.resolve(Integer.toString(run));
            try (SqliteDatabase database = open(at)) {
                var store = new SqlLedgerStore(database, TestRows.BOOKS);
                assertHas(run - 1, store);
                store.apply(flush(run));
                if (run % 3 == 0) {
                    database.checkpoint();
                }
                copy(at, next);
            }
            at = next;
        }
    }
}
