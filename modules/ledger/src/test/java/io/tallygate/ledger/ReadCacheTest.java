package io.tallygate.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ReadCacheTest {

    private static final RowKey A = TestRows.of("a", "likes");

    private final AtomicLong nanos = new AtomicLong();
    private final ReadCache cache = new ReadCache(100, Duration.ofSeconds(5), nanos::get);

    private static Reading reading(RowKey counter, long value) {
        return new Reading(counter, value, Instant.EPOCH);
    }

    @Test
    void offer_nothingCommittedSince_isKeptForItsTime() {
        cache.offer(reading(A, 7), cache.version(A));

        assertThat(cache.get(A)).isEqualTo(reading(A, 7));
        nanos.addAndGet(Duration.ofMillis(4_999).toNanos());
        assertThat(cache.get(A)).isNotNull();
        nanos.addAndGet(Duration.ofMillis(1).toNanos());
        assertThat(cache.get(A)).isNull();
    }

    @Test
    void offer_overtakenByACommit_isDropped() {
        long version = cache.version(A);
        cache.committed(A, 8, Instant.EPOCH);
        cache.offer(reading(A, 7), version);

        assertThat(cache.get(A)).isNull();
    }

    @Test
    void committed_counterInTheCache_isUpdated() {
        cache.offer(reading(A, 7), cache.version(A));
        cache.committed(A, 8, Instant.ofEpochSecond(1));

        assertThat(cache.get(A)).isEqualTo(new Reading(A, 8, Instant.ofEpochSecond(1)));
    }

    @Test
    void swept_sectionsUpToOne_areForgottenAndNotOffered() {
        RowKey later = TestRows.of("a", "views");
        cache.offer(reading(A, 7), cache.version(A));
        cache.offer(reading(later, 8), cache.version(later));
        long version = cache.version(TestRows.of("b", "likes"));
        cache.swept(A.book(), A.section());
        cache.offer(reading(TestRows.of("b", "likes"), 9), version);

        assertThat(cache.get(A)).isNull();
        assertThat(cache.get(TestRows.of("b", "likes"))).isNull();
        assertThat(cache.get(later)).isEqualTo(reading(later, 8));
    }

    @Test
    void offer_ofAStoreOfThisProcessAlone_isKeptForGood() {
        var alone = new ReadCache(100, null, () -> {
            throw new AssertionError("its time is asked for");
        });
        alone.offer(reading(A, 7), alone.version(A));

        assertThat(alone.get(A)).isEqualTo(reading(A, 7));
    }

    @Test
    void entries_beyondTheLimit_areEvicted() {
        for (int i = 0; i < 1_000; i++) {
            var counter = TestRows.of("r" + i, "likes");
            cache.offer(reading(counter, i), cache.version(counter));
        }
        long kept = 0;
        for (int i = 0; i < 1_000; i++) {
            kept += cache.get(TestRows.of("r" + i, "likes")) == null ? 0 : 1;
        }
        assertThat(kept).isBetween(1L, 100L);
    }

    /** A store as one array, a writer that commits then tells the cache then acknowledges, readers that must not go back. */
    @Test
    void get_besideCommitsAndEvictions_neverOlderThanWhatWasAcknowledged() throws Exception {
        var small = new ReadCache(2, Duration.ofSeconds(5), System::nanoTime);
        var store = new AtomicLong[4];
        var acknowledged = new AtomicLong[store.length];
        var counters = new RowKey[store.length];
        for (int i = 0; i < store.length; i++) {
            store[i] = new AtomicLong();
            acknowledged[i] = new AtomicLong();
            counters[i] = TestRows.of("r" + i, "likes");
        }
        var stop = new AtomicBoolean();
        try (var threads = Executors.newFixedThreadPool(3)) {
            var readers = new ArrayList<Future<Long>>();
            for (long seed = 1; seed <= 2; seed++) {
                var random = new SplittableRandom(seed);
                Callable<Long> reader = () -> {
                    long hits = 0;
                    while (!stop.get()) {
                        int i = random.nextInt(store.length);
                        long atLeast = acknowledged[i].get();
                        Reading cached = small.get(counters[i]);
                        if (cached != null) {
                            hits++;
                            assertThat(cached.value()).isGreaterThanOrEqualTo(atLeast);
                        } else {
                            long version = small.version(counters[i]);
                            small.offer(reading(counters[i], store[i].get()), version);
                        }
                    }
                    return hits;
                };
                readers.add(threads.submit(reader));
            }
            var random = new SplittableRandom(3);
            for (int n = 0; n < 300_000; n++) {
                int i = random.nextInt(store.length);
                long value = store[i].incrementAndGet();
                small.committed(counters[i], value, Instant.EPOCH);
                acknowledged[i].set(value);
            }
            stop.set(true);
            for (Future<Long> reader : readers) {
                assertThat(reader.get()).isPositive();
            }
        }
    }
}
