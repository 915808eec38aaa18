package io.tallygate.storage.sql;

import io.tallygate.ledger.LedgerStore;
import io.tallygate.ledger.LedgerStoreStressContract;
import io.tallygate.ledger.TestRows;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.io.TempDir;

/** The store kit on SQLite while checkpoints run all the time, and rows are often found in the file only. */
final class SqliteCheckpointTest extends LedgerStoreStressContract {

    private static final SqliteDatabase.Limits NARROW = new SqliteDatabase.Limits(Duration.ofMillis(1), 3, 2_048, 512);

    @TempDir
    private Path directory = Path.of("");

    @Override
    protected LedgerStore open() {
        try {
            return new SqlLedgerStore(
                    SqliteDatabase.open(directory, SqliteSettings.Synchronous.NORMAL, NARROW, TestRows.BOOKS),
                    TestRows.BOOKS);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
