package io.tallygate.storage.sql;

import io.tallygate.counter.CounterStore;
import io.tallygate.counter.CounterStoreStressContract;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.io.TempDir;

/** The store kit on SQLite while checkpoints run all the time, and rows are often found in the file only. */
final class SqliteCheckpointTest extends CounterStoreStressContract {

    private static final SqliteDatabase.Limits NARROW = new SqliteDatabase.Limits(Duration.ofMillis(1), 3, 512);

    @TempDir
    private Path directory = Path.of("");

    @Override
    protected CounterStore open() {
        try {
            return new SqlCounterStore(SqliteDatabase.open(directory, SqliteSettings.Synchronous.NORMAL, NARROW));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
