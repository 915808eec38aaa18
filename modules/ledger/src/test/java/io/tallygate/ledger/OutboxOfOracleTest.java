package io.tallygate.ledger;

/** The kit must accept the model that it compares others with. */
final class OutboxOfOracleTest extends OutboxContract {

    private final OracleStore.Data data = new OracleStore.Data();

    @Override
    protected LedgerStore open(Recording recording) {
        return new OracleStore(data, recording);
    }
}
