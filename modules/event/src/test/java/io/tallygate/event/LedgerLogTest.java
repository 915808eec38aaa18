package io.tallygate.event;

import io.tallygate.kernel.CommitMetrics;
import io.tallygate.kernel.CommitSettings;
import io.tallygate.ledger.OracleStore;
import io.tallygate.ledger.SettableClock;
import io.tallygate.ledger.StoredLedger;
import io.tallygate.ledger.TestSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/** The log on the ledger, of several processes on one store that is a model. */
final class LedgerLogTest extends EventLogContract {

    private final OracleStore.Data data = new OracleStore.Data();
    private final SettableClock clock = new SettableClock();
    private final List<StoredLedger> ledgers = new ArrayList<>();

    @Override
    EventLog log() {
        var ledger = new StoredLedger(new OracleStore(data), EventRows.LOG, List.of(), CommitSettings.DEFAULT,
                TestSettings.LEDGER, CommitMetrics.NONE, clock, System::nanoTime);
        ledgers.add(ledger);
        return new LedgerLog(ledger, new Partitions(ledger, 4), null, Duration.ofMillis(10), clock, System::nanoTime);
    }

    @AfterEach
    void close() {
        ledgers.forEach(StoredLedger::close);
    }
}
