package io.tallygate.ledger;

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
 * Reads of rows that missed the cache, as one question to the store. A request is answered as soon as all of its
 * rows are known, and fails with the first of them that does. Thread-safe.
 */
final class StoreReads implements ReadSource<List<RowKey>, List<Reading>> {

    /** A row, the requests that ask for it, and what was found. */
    private static final class Asked {
        final RowKey row;
        final long version;
        final List<Integer> requests = new ArrayList<>(1);
        /** Written before its requests' counts are lowered, read after. */
        @Nullable
        Reading reading;

        Asked(RowKey row, long version) {
            this.row = row;
            this.version = version;
        }
    }

    private final LedgerStore store;
    private final ReadCaches cache;
    private final InstantSource clock;

    StoreReads(LedgerStore store, ReadCaches cache, InstantSource clock) {
        this.store = store;
        this.cache = cache;
        this.clock = clock;
    }

    @Override
    public void read(List<List<RowKey>> requests, Answers<List<Reading>> answers) {
        Map<RowKey, Asked> byRow = new LinkedHashMap<>();
        var missing = new AtomicIntegerArray(requests.size());
        for (int request = 0; request < requests.size(); request++) {
            for (RowKey row : requests.get(request)) {
                byRow.computeIfAbsent(row, key -> new Asked(key, cache.version(key))).requests.add(request);
            }
            missing.set(request, requests.get(request).size());
        }
        List<Asked> asked = List.copyOf(byRow.values());
        Instant asOf = clock.instant();
        store.readEach(List.copyOf(byRow.keySet()), new LedgerStore.Readout() {
            @Override
            public void value(int place, long value) {
                Asked found = asked.get(place);
                var reading = new Reading(found.row, value, asOf);
                cache.offer(reading, found.version);
                found.reading = reading;
                for (int request : found.requests) {
                    if (missing.decrementAndGet(request) == 0) {
                        answers.answered(request, readings(requests.get(request), byRow));
                    }
                }
            }

            @Override
            public void failed(int place, RuntimeException failure) {
                asked.get(place).requests.forEach(request -> answers.failed(request, failure));
            }
        });
    }

    private static List<Reading> readings(List<RowKey> rows, Map<RowKey, Asked> found) {
        return rows.stream()
                .map(row -> Objects.requireNonNull(Objects.requireNonNull(found.get(row)).reading)).toList();
    }
}
