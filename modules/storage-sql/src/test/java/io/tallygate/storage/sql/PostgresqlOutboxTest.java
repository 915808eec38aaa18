package io.tallygate.storage.sql;

import io.tallygate.ledger.Book;
import io.tallygate.ledger.CuttingProxy;
import io.tallygate.ledger.LedgerStore;
import io.tallygate.ledger.OutboxContract;
import io.tallygate.ledger.Recording;
import io.tallygate.ledger.TestRows;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.TestInstance;

/** What is recorded, on a real PostgreSQL. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class PostgresqlOutboxTest extends OutboxContract {

    private static final List<Book> BOOKS = RECORDING.booksBeside(TestRows.BOOKS);

    private final PostgresqlServer server = new PostgresqlServer();
    private final List<CuttingProxy> proxies = new ArrayList<>();

    @AfterEach
    void clear() {
        proxies.forEach(CuttingProxy::close);
        server.execute("TRUNCATE counter, idempotency, flush_guard;"
                + " DROP TABLE IF EXISTS book_example, book_paper, book_outbox, book_outbox_number");
    }

    @AfterAll
    void stop() {
        server.close();
    }

    @Override
    protected LedgerStore open(Recording recording) {
        return new SqlLedgerStore(PostgresqlDatabase.open(server.settings(), BOOKS), BOOKS, recording);
    }

    @Override
    protected LedgerStore openLosingReplies(Recording recording, long seed) {
        var proxy = new CuttingProxy(server.address(), seed);
        proxies.add(proxy);
        LedgerStore store = new SqlLedgerStore(
                PostgresqlDatabase.open(server.settings(proxy.port(), Duration.ofSeconds(2)), BOOKS), BOOKS, recording);
        proxy.cutting(20_000);
        return store;
    }
}
