package io.tallygate.peer.library;

import java.util.concurrent.TimeUnit;
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

/**
 * A value that is in Redis and not in memory, until it is there: 10,000 are asked for in turn, of which memory has 100
 * at most.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class SharedHitBenchmark {

    private static final int KEYS = 10_000;
    private static final int ENTRIES = 100;

    @Param({"TALLYGATE_REDIS", "CAFFEINE_REDIS", "JETCACHE", "REDISSON"})
    public Library library = Library.TALLYGATE_REDIS;

    private final String[] keys = Values.keys(KEYS, 0);
    private final Values values = new Values();
    @SuppressWarnings("NullAway.Init") // JMH has it opened first.
    private CachePeer cache;
    private int next;
    private long loads;

    /** Twice, so that what the first time brings has reached Redis. */
    @Setup
    public void open(Blackhole blackhole) {
        cache = library.open(new CacheSetup(ENTRIES, values::load));
        Values.bring(cache, keys, blackhole);
        Values.bring(cache, keys, blackhole);
        loads = values.loads();
    }

    @TearDown
    public void close() {
        cache.close();
        if (values.loads() > loads) {
            throw new IllegalStateException((values.loads() - loads) + " were not in Redis");
        }
    }

    @Benchmark
    public String sharedHit() {
        String key = keys[next];
        next = next + 1 < KEYS ? next + 1 : 0;
        return cache.await(key);
    }
}
