package io.tallygate.storage.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.tallygate.counter.Change;
import io.tallygate.counter.CounterKey;
import io.tallygate.counter.Flush;
import io.tallygate.kernel.FlushId;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
final class SqliteDatabaseTest {

    private static final int READERS = 6;

    @Test
    void write_whileAsManyReadAsMay_doesNotWaitForThem(@TempDir Path directory) throws Exception {
        var reading = new CountDownLatch(4);
        var mayEnd = new CountDownLatch(1);
        try (var database = SqliteDatabase.open(directory, SqliteSettings.Synchronous.FULL,
                SqliteDatabase.Limits.DEFAULT); var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Integer>> reads = new ArrayList<>();
            for (int i = 0; i < READERS; i++) {
                reads.add(threads.submit(() -> database.read(session -> {
                    reading.countDown();
                    awaitQuietly(mayEnd);
                    return session.top("likes", 10).size();
                })));
            }
            reading.await();

            Future<?> written = threads.submit(() -> new SqlCounterStore(database).apply(new Flush(new FlushId("w", 1),
                    Instant.EPOCH, List.of(Change.Add.single(new CounterKey("a", "likes"), 1)), List.of())));

            written.get(2, TimeUnit.SECONDS);
            mayEnd.countDown();
            for (Future<Integer> read : reads) {
                assertThat(read.get()).isBetween(0, 1);
            }
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
