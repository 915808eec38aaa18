package io.tallygate.event;

import io.tallygate.ledger.Ledger;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;

/** Logs on a ledger, each of a process of its own. */
final class LedgerLogs {

    /** So many that each of a few processes has some, however its name and theirs hash. */
    static final int PARTITIONS = 32;

    private LedgerLogs() {}

    static LedgerLog open(Ledger ledger, InstantSource clock) {
        return new LedgerLog(ledger, new Partitions(ledger, PARTITIONS), UUID.randomUUID().toString(),
                Duration.ofMillis(10), clock, System::nanoTime);
    }

    /** Retention that keeps nothing that is done. */
    static void deleteDone(Ledger ledger, String topic, String group, InstantSource clock) {
        var deadLetters = new DeadLetters(ledger);
        var replays = new Replays(ledger, deadLetters, Map.of(), Duration.ZERO, clock, System::nanoTime,
                new Random(1));
        try (var retention = new Retention(ledger, new Partitions(ledger, PARTITIONS), deadLetters, replays,
                Map.of(topic, Set.of(group)), Duration.ZERO, 0, clock)) {
            retention.trim();
        }
    }
}
