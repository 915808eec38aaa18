package io.tallygate.event;

import io.tallygate.kernel.CommitMetrics;
import io.tallygate.kernel.CommitSettings;
import io.tallygate.ledger.OracleStore;
import io.tallygate.ledger.SettableClock;
import io.tallygate.ledger.StoredLedger;
import io.tallygate.ledger.TestSettings;
import java.util.ArrayList;
import java.util.List;

/** The log on the ledger, of several processes on one store that is a model. */
final class LedgerLogTest extends EventLogContract {

    private final OracleStore.Data data = new OracleStore.Data();
    private final SettableClock clock = new SettableClock();
    private final List<StoredLedger> ledgers = new ArrayList<>();

    @Override
    protected EventLog log() {
        return LedgerLogs.open(ledger(), clock);
    }

    private StoredLedger ledger() {
        var ledger = new StoredLedger(new OracleStore(data), EventRows.LOG, List.of(), CommitSettings.DEFAULT,
                TestSettings.LEDGER, CommitMetrics.NONE, clock, System::nanoTime);
        ledgers.add(ledger);
        return ledger;
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
        LedgerLogs.deleteDone(ledger(), topic(), group, clock);
    }

    @Override
    protected void closeLogs() {
        ledgers.forEach(StoredLedger::close);
    }
}
