package io.tallygate.event;

import io.tallygate.kernel.MetricSource;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * What has become of committed changes that are to be told. Thread-safe. It needs nothing, so that whoever shows metrics, for which
 * the ledger waits, can have it before there is a relay.
 */
final class ChangeCounts implements MetricSource {

    private final LongAdder relayed = new LongAdder();
    private final LongAdder lost = new LongAdder();
    /** By partition of the outbox, as it was seen last. */
    private final Map<Integer, Long> waiting = new ConcurrentHashMap<>();

    void relayed(long changes, long leftOut) {
        relayed.add(changes);
        lost.add(leftOut);
    }

    void waiting(int partition, long changes) {
        waiting.put(partition, changes);
    }

    /** Others relay all partitions but these. */
    void retain(Set<Integer> partitions) {
        waiting.keySet().retainAll(partitions);
    }

    @Override
    public void bindTo(Sink sink) {
        sink.count("tallygate.changes.relayed", "Committed changes that became events", Map.of(), relayed::sum);
        sink.count("tallygate.changes.lost", "Committed changes that became no events, because too many waited",
                Map.of(), lost::sum);
        sink.gauge("tallygate.changes.waiting", "Committed changes that wait to become events", Map.of(),
                () -> waiting.values().stream().mapToLong(Long::longValue).sum());
    }
}
