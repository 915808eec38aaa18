package io.tallygate.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Real threads that read, change and invalidate one key: whoever asks after an invalidation is told what came before it. */
@Timeout(120)
final class CacheRaceTest {

    private static final int ROUNDS = 20_000;
    private static final int READERS = 3;

    @Test
    void get_afterAnInvalidationByAnyThread_isNeverOlder() throws InterruptedException, ExecutionException {
        var stored = new AtomicInteger();
        var known = new AtomicInteger();
        var loads = new AtomicInteger();
        try (var caches = MultiLevelCaches.inProcess(InstantSource.system(), System::nanoTime);
                var threads = Executors.newFixedThreadPool(READERS + 2)) {
            MultiLevelCache<Integer> cache = caches.make(CacheSpec.<Integer>named("race").loadedBy(_ -> {
                assertThat(loads.incrementAndGet()).isPositive();
                int value = stored.get();
                // Between the read and its arrival there is time for the others.
                Thread.onSpinWait();
                return CompletableFuture.completedFuture(Optional.of(value));
            }).with(CachePolicy.DEFAULT.withOwn(true)));
            List<Future<?>> running = new ArrayList<>();
            for (boolean all : new boolean[]{false, true}) {
                running.add(threads.submit(() -> {
                    for (int round = 0; round < ROUNDS; round++) {
                        int version = stored.incrementAndGet();
                        var _ = all ? cache.invalidateAll() : cache.invalidate("key");
                        known.accumulateAndGet(version, Math::max);
                        check(cache, version);
                    }
                }));
            }
            for (int reader = 0; reader < READERS; reader++) {
                running.add(threads.submit(() -> {
                    while (known.get() < 2 * ROUNDS) {
                        check(cache, known.get());
                    }
                }));
            }
            for (Future<?> one : running) {
                one.get();
            }
        }
        assertThat(loads).hasPositiveValue();
    }

    private static void check(MultiLevelCache<Integer> cache, int least) {
        assertThat(cache.get("key").toCompletableFuture().join().value().orElseThrow()).isGreaterThanOrEqualTo(least);
    }
}
