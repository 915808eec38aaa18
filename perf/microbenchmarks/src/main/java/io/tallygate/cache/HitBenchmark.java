package io.tallygate.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/** A hit in memory: Caffeine's alone, with a life and its counts, and that of the multi-level cache. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
@State(Scope.Benchmark)
public class HitBenchmark {

    private static final int KEYS = 512;
    private static final Duration LIFE = Duration.ofHours(1);

    private final String[] keys = new String[KEYS];
    private final Cache<String, CompletableFuture<String>> caffeine = Caffeine.newBuilder().maximumSize(1_000)
            .expireAfterWrite(LIFE).recordStats().build();
    private final MultiLevelCaches caches = MultiLevelCaches.inProcess(InstantSource.system(), System::nanoTime);
    private final MultiLevelCache<String> multiLevel = caches.make(CacheSpec.<String>named("hits")
            .loadedBy(key -> CompletableFuture.completedFuture(Optional.of(key)))
            .with(CachePolicy.DEFAULT.withOwn(true).withLives(LIFE, LIFE)));
    private int next;

    @Setup
    public void fill(Blackhole blackhole) {
        for (int i = 0; i < KEYS; i++) {
            keys[i] = "subject-" + i;
            caffeine.put(keys[i], CompletableFuture.completedFuture(keys[i]));
            blackhole.consume(multiLevel.get(keys[i]));
        }
    }

    @TearDown
    public void close() {
        caches.close();
    }

    private String key() {
        return keys[next++ & (KEYS - 1)];
    }

    @Benchmark
    public @Nullable CompletionStage<?> caffeine() {
        return caffeine.getIfPresent(key());
    }

    @Benchmark
    public CompletionStage<?> multiLevel() {
        return multiLevel.get(key());
    }
}
