package io.tallygate.ledger;

/** The kit must accept the model that it compares others with. */
final class OracleStoreTest extends LedgerStoreStressContract {

    private final OracleStore.Data data = new OracleStore.Data();

    @Override
    protected LedgerStore open() {
        return new OracleStore(data);
    }
}
