package io.tallygate.ratelimit;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.Test;

/** The store in memory against its sequential specification, in every interleaving looked at; the clock stands. */
@Param(name = "key", gen = IntGen.class, conf = "0:2")
@Param(name = "hits", gen = IntGen.class, conf = "1:3")
public class MemoryStoreLincheckTest {

    private static final int KEYS = 3;
    private static final long REQUESTS = 5;
    private static final List<Claim> CLAIMS = claims();

    private final MemoryStore store = new MemoryStore(2 << 15, 2, new KeyHash(1, 2, 3, 4), () -> TestClock.START);

    private static List<Claim> claims() {
        Limit limit = Limit.of(Algorithm.TOKEN_BUCKET, REQUESTS, new Window.Length(Duration.ofMinutes(1)),
                Precision.MEMORY);
        return IntStream.range(0, KEYS).mapToObj(
                key -> Claim.of(LimitKey.of("lincheck", List.of("key", "" + key), limit), "key", limit, 1)).toList();
    }

    private static Claim claim(int key, long hits) {
        Claim one = CLAIMS.get(key);
        return Claim.of(one.key(), one.name(), one.limit(), hits);
    }

    private RateLimitDecision decide(Claim... claims) {
        return store.take(RateLimitRequest.allOf(List.of(claims))).toCompletableFuture().join();
    }

    @Operation
    public boolean take(@Param(name = "key") int key, @Param(name = "hits") int hits) {
        return decide(claim(key, hits)).allowed();
    }

    @Operation
    public boolean takeOfTwo(@Param(name = "key") int key, @Param(name = "key") int other,
            @Param(name = "hits") int hits) {
        return decide(claim(key, hits), claim(other, hits)).allowed();
    }

    @Operation
    public long giveBack(@Param(name = "key") int key, @Param(name = "hits") int hits) {
        return decide(claim(key, -hits)).limits().getFirst().remaining();
    }

    @Operation
    public long remaining(@Param(name = "key") int key) {
        return decide(claim(key, 0)).limits().getFirst().remaining();
    }

    @Operation
    public void reset(@Param(name = "key") int key) {
        store.reset(List.of(CLAIMS.get(key).key()));
    }

    /** What the store is, to one thread. */
    public static final class Specification {

        private final Map<Integer, Long> used = new HashMap<>();

        public boolean take(int key, int hits) {
            return add(Map.of(key, (long) hits));
        }

        public boolean takeOfTwo(int key, int other, int hits) {
            return add(key == other ? Map.of(key, 2L * hits) : Map.of(key, (long) hits, other, (long) hits));
        }

        private boolean add(Map<Integer, Long> hits) {
            boolean fits = hits.entrySet().stream()
                    .allMatch(entry -> used.getOrDefault(entry.getKey(), 0L) + entry.getValue() <= REQUESTS);
            if (fits) {
                hits.forEach((key, count) -> used.merge(key, count, Long::sum));
            }
            return fits;
        }

        public long giveBack(int key, int hits) {
            used.merge(key, 0L, (now, _) -> Math.max(0, now - hits));
            return remaining(key);
        }

        public long remaining(int key) {
            return REQUESTS - used.getOrDefault(key, 0L);
        }

        public void reset(int key) {
            used.remove(key);
        }
    }

    @Test
    void store_everyInterleavingExplored_isLinearizable() {
        new ModelCheckingOptions()
                .sequentialSpecification(Specification.class)
                .threads(2)
                .actorsPerThread(3)
                .iterations(10)
                .invocationsPerIteration(100)
                .check(getClass());
    }

    @Test
    void store_underStress_isLinearizable() {
        new StressOptions()
                .sequentialSpecification(Specification.class)
                // Lincheck's threads wait for each other by spinning, but where there are more of them than processors.
                .threads(3)
                .actorsPerThread(3)
                .iterations(10)
                .invocationsPerIteration(100)
                .check(getClass());
    }
}
