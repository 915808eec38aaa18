package io.tallygate.counter;

/** The kit must accept the model that it compares others with. */
final class OracleStoreTest extends CounterStoreStressContract {

    private final OracleStore.Data data = new OracleStore.Data();

    @Override
    protected CounterStore open() {
        return new OracleStore(data);
    }
}
