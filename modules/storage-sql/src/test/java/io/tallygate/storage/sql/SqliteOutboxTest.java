package io.tallygate.storage.sql;

import io.tallygate.ledger.Book;
import io.tallygate.ledger.LedgerStore;
import io.tallygate.ledger.OutboxContract;
import io.tallygate.ledger.Recording;
import io.tallygate.ledger.TestRows;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;

/** What is recorded, on SQLite. */
final class SqliteOutboxTest extends OutboxContract {

    @TempDir
    private Path directory = Path.of("");

    @Override
    protected LedgerStore open(Recording recording) {
        List<Book> books = RECORDING.booksBeside(TestRows.BOOKS);
        try {
            return new SqlLedgerStore(SqliteDatabase.open(directory, SqliteSettings.Synchronous.NORMAL,
                    SqliteDatabase.Limits.DEFAULT, books), books, recording);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
