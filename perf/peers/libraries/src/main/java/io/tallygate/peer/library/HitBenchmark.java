package io.tallygate.peer.library;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/** A value that is in memory, of 512 that fit. Each cache hands back what its own call does: a value, or a stage of one. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class HitBenchmark {

    private static final int KEYS = 512;
    private static final int ENTRIES = 1_000;

    @Param({"TALLYGATE", "TALLYGATE_REDIS", "CAFFEINE", "CAFFEINE_COUNTING", "CAFFEINE_ASYNC", "MICRONAUT", "JETCACHE",
            "REDISSON", "REDISSON_PLAIN_KEYS"})
    public Library library = Library.TALLYGATE;

    private final String[] keys = Values.keys(KEYS, 0);
    private final Values values = new Values();
    @SuppressWarnings("NullAway.Init") // JMH has it opened first.
    private CachePeer cache;
    private int next;
    private long loads;

    @Setup
    public void open(Blackhole blackhole) {
        cache = library.open(new CacheSetup(ENTRIES, values::load));
        Values.bring(cache, keys, blackhole);
        loads = values.loads();
    }

    @TearDown
    public void close() {
        cache.close();
        if (values.loads() > loads) {
            throw new IllegalStateException((values.loads() - loads) + " were no hits");
        }
    }

    @Benchmark
    public @Nullable Object hit() {
        return cache.ask(keys[next++ & (KEYS - 1)]);
    }
}
