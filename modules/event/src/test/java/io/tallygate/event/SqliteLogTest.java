package io.tallygate.event;

import io.micronaut.context.ApplicationContext;
import io.tallygate.ledger.Ledger;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
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

    @Override
    protected void closeLogs() {
        context.close();
    }

    @Override
    protected EventLog log() {
        return LedgerLogs.open(context.getBean(Ledger.class), InstantSource.system());
    }

    @Override
    protected String topic() {
        return "some_events";
    }

    @Override
    protected int partitions() {
        return LedgerLogs.PARTITIONS;
    }

    @Override
    protected void deleteDone(String group) {
        LedgerLogs.deleteDone(context.getBean(Ledger.class), topic(), group, InstantSource.system());
    }
}
