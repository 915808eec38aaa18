package io.tallygate.ledger;

import io.tallygate.kernel.CommitMetrics;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/** A ledger in the process that has the store. */
class StoredLedgerContractTest extends LedgerContract {

    private final List<StoredLedger> opened = new ArrayList<>();

    @AfterEach
    void close() {
        opened.forEach(StoredLedger::close);
    }

    @Override
    protected Ledger open(LedgerStore on, Duration timeout) {
        var ledger = new StoredLedger(on, TestRows.COUNTERS, List.of(), commit(timeout), TestSettings.LEDGER,
                CommitMetrics.NONE, InstantSource.system(), System::nanoTime);
        opened.add(ledger);
        return ledger;
    }
}
