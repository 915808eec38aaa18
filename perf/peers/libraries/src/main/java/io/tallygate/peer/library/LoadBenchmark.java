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

/**
 * A value that is nowhere, until it is there, loaded by a loader that answers at once. Each key is a new one; making it
 * is in the figures of all.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class LoadBenchmark {

    private static final int ENTRIES = 1_000;

    @Param({"TALLYGATE", "CAFFEINE", "CAFFEINE_ASYNC", "MICRONAUT", "TALLYGATE_REDIS", "CAFFEINE_REDIS", "JETCACHE",
            "REDISSON"})
    public Library library = Library.TALLYGATE;

    private final Values values = new Values();
    @SuppressWarnings("NullAway.Init") // JMH has it opened first.
    private CachePeer cache;
    /** Not in the Redis of a fork before this one. */
    private long next = System.nanoTime();
    private long asked;

    @Setup
    public void open() {
        cache = library.open(new CacheSetup(ENTRIES, values::load));
    }

    @TearDown
    public void close() {
        cache.close();
        if (values.loads() != asked) {
            throw new IllegalStateException(values.loads() + " loads of " + asked);
        }
    }

    @Benchmark
    public String load() {
        asked++;
        return cache.await(Values.key(next++));
    }
}
