package io.tallygate.storage.redis;

/** What is recorded, on one server with several partitions. */
final class PartitionedOutboxTest extends OutboxTest {

    @Override
    int partitions() {
        return 5;
    }
}
