package io.tallygate.ratelimit;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/** One decision of a rate limit in memory: of a key that is hashed already, and the whole way of a request. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(2)
public class DecisionBenchmark {

    private static final int DRAWN = 1 << 16;
    private static final long BYTES_MAX = 256L << 20;

    @Param({"fixed_window", "token_bucket", "sliding_window"})
    public String algorithm = "";

    /** Keys that are drawn from, evenly. */
    @Param({"1", "1000000"})
    public int keys;

    private MemoryStore store = new MemoryStore(BYTES_MAX, new EpochNanos(InstantSource.system()));
    private List<RateLimitRequest> requests = List.of();
    private Claim hashed = claim(Algorithm.TOKEN_BUCKET, 0);
    private long[] hashes = {};

    /** What each thread keeps for itself. */
    @State(Scope.Thread)
    public static class Turn {

        private int next;
        private final Entry entry = new Entry(new Stripe(1 << 20));
    }

    @Setup(Level.Trial)
    public void fill() {
        Algorithm chosen = List.of(Algorithm.values()).stream().filter(known -> known.code().equals(algorithm))
                .findFirst().orElseThrow();
        store = new MemoryStore(BYTES_MAX, new EpochNanos(InstantSource.system()));
        hashed = claim(chosen, 0);
        var random = new SplittableRandom(1);
        var entry = store.entry(0, 0);
        long[] all = random.longs(2L * keys).toArray();
        for (int key = 0; key < keys; key++) {
            store.take(all[2 * key], all[2 * key + 1], hashed, false, false, entry);
        }
        hashes = random.ints(DRAWN, 0, keys).mapToLong(key -> key)
                .flatMap(key -> LongStream.of(all[(int) (2 * key)], all[(int) (2 * key) + 1])).toArray();
        requests = random.ints(DRAWN, 0, keys)
                .mapToObj(key -> RateLimitRequest.allOf(List.of(claim(chosen, key)))).toList();
    }

    private static Claim claim(Algorithm algorithm, int key) {
        // So many that none is denied.
        Limit limit = Limit.of(algorithm, Limit.REQUESTS_MAX, new Window.Length(Duration.ofSeconds(1)),
                Precision.MEMORY);
        return Claim.of(LimitKey.of("benchmark", List.of("user", "user-" + key), limit), "user", limit, 1);
    }

    /** The key is hashed already, and nothing is told but whether it passes. */
    @Benchmark
    public boolean decide(Turn turn) {
        int at = 2 * (turn.next++ & DRAWN - 1);
        return store.take(hashes[at], hashes[at + 1], hashed, false, false, turn.entry);
    }

    /** The same, by two threads at once. */
    @Benchmark
    @Threads(2)
    public boolean decideByTwoThreads(Turn turn) {
        return decide(turn);
    }

    /** From a request to its decision, with what a header tells of it. */
    @Benchmark
    public long request(Turn turn) {
        RateLimitDecision decision = store.take(requests.get(turn.next++ & DRAWN - 1)).toCompletableFuture().join();
        LimitDecision limit = decision.limits().getFirst();
        return limit.remaining() + limit.resetAfterNanos().orElse(0);
    }
}
