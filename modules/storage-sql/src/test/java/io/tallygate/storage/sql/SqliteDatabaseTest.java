package io.tallygate.storage.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.tallygate.kernel.FlushId;
import io.tallygate.ledger.Change;
import io.tallygate.ledger.Flush;
import io.tallygate.ledger.Posting;
import io.tallygate.ledger.RowKey;
import io.tallygate.ledger.TestRows;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
final class SqliteDatabaseTest {

    private static final int READERS = 6;

    @Test
    void write_whileAsManyReadAsMay_doesNotWaitForThem(@TempDir Path directory) throws Exception {
        var reading = new CountDownLatch(4);
        var mayEnd = new CountDownLatch(1);
        try (var database = open(directory); var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Integer>> reads = new ArrayList<>();
            for (int i = 0; i < READERS; i++) {
                reads.add(threads.submit(() -> database.read(session -> {
                    reading.countDown();
                    awaitQuietly(mayEnd);
                    return session.rank(TestRows.COUNTERS, "likes", 10).size();
                })));
            }
            reading.await();

            Future<?> written = threads.submit(() -> new SqlLedgerStore(database, TestRows.BOOKS)
                    .apply(new Flush(new FlushId("w", 1), Instant.EPOCH,
                            List.of(new Posting(List.of(new Change.Add(TestRows.of("a", "likes"), 1)))))));

            written.get(20, TimeUnit.SECONDS);
            mayEnd.countDown();
            for (Future<Integer> read : reads) {
                assertThat(read.get()).isBetween(0, 1);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 64, 65, 130})
    void read_countersOfTheFile_findsEachAndTakesTheOthersAsZero(int count, @TempDir Path directory) throws Exception {
        List<RowKey> counters = IntStream.range(0, count).mapToObj(i -> TestRows.of("r" + i, "likes")).toList();
        List<Change> adds = IntStream.range(0, count).filter(i -> i % 3 != 1)
                .mapToObj(i -> (Change) new Change.Add(counters.get(i), i + 1)).toList();
        try (var store = new SqlLedgerStore(open(directory), TestRows.BOOKS)) {
            store.apply(new Flush(new FlushId("w", 1), Instant.EPOCH, List.of(new Posting(adds))));
        }

        try (var store = new SqlLedgerStore(open(directory), TestRows.BOOKS)) {
            assertThat(store.read(counters))
                    .containsExactly(IntStream.range(0, count).mapToLong(i -> i % 3 == 1 ? 0 : i + 1).toArray());
        }
    }

    private static SqliteDatabase open(Path directory) throws IOException {
        return SqliteDatabase.open(directory, SqliteSettings.Synchronous.FULL, SqliteDatabase.Limits.DEFAULT,
                TestRows.BOOKS);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
