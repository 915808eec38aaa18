package io.tallygate.event;

import io.micronaut.context.ApplicationContext;
import io.tallygate.ledger.Ledger;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** The log on the ledger, on a file; what the contract calls other processes is others on the same ledger. */
final class SqliteLogTest extends EventLogContract {

    @TempDir
    private Path directory;
    private ApplicationContext context;

    @BeforeEach
    void open() {
        context = ApplicationContext.run(Map.of("tallygate.data-dir", directory.toString()));
    }

    @AfterEach
    void close() {
        context.close();
    }

    @Override
    EventLog log() {
        Ledger ledger = context.getBean(Ledger.class);
        return new LedgerLog(ledger, new Partitions(ledger, 4), null, Duration.ofMillis(10), InstantSource.system(),
                System::nanoTime);
    }
}
