package io.tallygate.storage.redis;

/** The store test kit on one server with several partitions. */
final class PartitionedStoreTest extends StandaloneStoreTest {

    @Override
    int partitions() {
        return 5;
    }

    @Override
    protected boolean divided() {
        return true;
    }
}
