package io.tallygate.storage.redis;

import io.tallygate.ledger.Recording;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** How the tests open stores: each test has its own data under its own key prefix. */
final class Stores {

    private static final AtomicInteger PREFIXES = new AtomicInteger();

    private Stores() {}

    static String freshPrefix() {
        return "test-" + PREFIXES.incrementAndGet();
    }

    static RedisLedgerStore standalone(String uri, int partitions, String prefix) {
        return open(uri, false, partitions, Duration.ofSeconds(20), prefix);
    }

    static RedisLedgerStore open(String uri, boolean cluster, int partitions, Duration timeout, String prefix) {
        return open(uri, cluster, partitions, timeout, prefix, Recording.NONE);
    }

    static RedisLedgerStore open(String uri, boolean cluster, int partitions, Duration timeout, String prefix,
            Recording recording) {
        return RedisLedgerStore.open(
                new RedisSettings(RedisSettings.parse(uri), cluster, partitions, timeout, prefix), 0, System::nanoTime,
                recording);
    }

    static RedisLedgerStore replicated(String uri, int replicas, Duration timeout, String prefix) {
        return RedisLedgerStore.open(new RedisSettings(RedisSettings.parse(uri), false, 1, timeout, prefix), replicas,
                System::nanoTime, Recording.NONE);
    }
}
