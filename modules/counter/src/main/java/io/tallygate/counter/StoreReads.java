package io.tallygate.counter;

import io.tallygate.kernel.ReadSource;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.jspecify.annotations.Nullable;

/**
 * Reads of counters that missed the cache, as one question to the store. A request is answered as soon as all of its
 * counters are known, and fails with the first of them that does. Thread-safe.
 */
final class StoreReads implements ReadSource<List<CounterKey>, List<Reading>> {

    /** A counter, the requests that ask for it, and what was found. */
    private static final class Asked {
        final CounterKey counter;
        final long version;
        final List<Integer> requests = new ArrayList<>(1);
        /** Written before its requests' counts are lowered, read after. */
        @Nullable
        Reading reading;

        Asked(CounterKey counter, long version) {
            this.counter = counter;
            this.version = version;
        }
    }

    private final CounterStore store;
    private final ReadCache cache;
    private final InstantSource clock;

    StoreReads(CounterStore store, ReadCache cache, InstantSource clock) {
        this.store = store;
        this.cache = cache;
        this.clock = clock;
    }

    @Override
    public void read(List<List<CounterKey>> requests, Answers<List<Reading>> answers) {
        Map<CounterKey, Asked> byCounter = new LinkedHashMap<>();
        var missing = new AtomicIntegerArray(requests.size());
        for (int request = 0; request < requests.size(); request++) {
            for (CounterKey counter : requests.get(request)) {
                byCounter.computeIfAbsent(counter, key -> new Asked(key, cache.version(key))).requests.add(request);
            }
            missing.set(request, requests.get(request).size());
        }
        List<Asked> asked = List.copyOf(byCounter.values());
        Instant asOf = clock.instant();
        store.readEach(List.copyOf(byCounter.keySet()), new CounterStore.Readout() {
            @Override
            public void value(int place, long value) {
                Asked found = asked.get(place);
                var reading = new Reading(found.counter, value, asOf);
                cache.offer(reading, found.version);
                found.reading = reading;
                for (int request : found.requests) {
                    if (missing.decrementAndGet(request) == 0) {
                        answers.answered(request, readings(requests.get(request), byCounter));
                    }
                }
            }

            @Override
            public void failed(int place, RuntimeException failure) {
                asked.get(place).requests.forEach(request -> answers.failed(request, failure));
            }
        });
    }

    private static List<Reading> readings(List<CounterKey> counters, Map<CounterKey, Asked> found) {
        return counters.stream()
                .map(counter -> Objects.requireNonNull(Objects.requireNonNull(found.get(counter)).reading)).toList();
    }
}
