package io.tallygate.event;

import io.tallygate.ledger.LedgerStore;
import io.tallygate.ledger.OracleStore;

/** Crashes at every point of the log on the ledger, on a store that is a model. */
final class LedgerCrashPointsTest extends CrashPointsContract {

    private final OracleStore.Data data = new OracleStore.Data();

    @Override
    protected int crashes() {
        return 210;
    }

    @Override
    protected LedgerStore store() {
        return new OracleStore(data);
    }
}
