package io.tallygate.peer.events;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Counters in memory alone, where a transaction for each event would be all that is measured. Thread-safe. */
final class Sums {

    private final Map<String, LongAdder> sums = new ConcurrentHashMap<>();
    private final Counted counted;
    private final boolean slowKeys;

    Sums(Asked asked) throws IOException {
        this.counted = new Counted(asked.port());
        this.slowKeys = asked.slowKeys();
    }

    void handle(byte[] json) {
        CounterEvent event = CounterEvent.read(json);
        event.work(slowKeys);
        sums.computeIfAbsent(event.counterType() + '/' + event.resourceId(), _ -> new LongAdder()).add(event.delta());
        counted.add(event);
    }
}
