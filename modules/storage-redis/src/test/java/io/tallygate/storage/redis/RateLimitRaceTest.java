package io.tallygate.storage.redis;

import static io.tallygate.storage.redis.Claims.claim;
import static io.tallygate.storage.redis.Claims.join;
import static io.tallygate.storage.redis.Claims.limit;
import static io.tallygate.storage.redis.Claims.remaining;
import static io.tallygate.storage.redis.Claims.take;
import static org.assertj.core.api.Assertions.assertThat;

import io.tallygate.ratelimit.Algorithm;
import io.tallygate.ratelimit.CachedDenials;
import io.tallygate.ratelimit.Claim;
import io.tallygate.ratelimit.Lease;
import io.tallygate.ratelimit.Limit;
import io.tallygate.ratelimit.RateLimitDecision;
import io.tallygate.ratelimit.RateLimitRequest;
import io.tallygate.ratelimit.RateLimitStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Two processes' stores on one server, with many threads each: what passes is the limit, to the hit. */
final class RateLimitRaceTest {

    private static final int THREADS_EACH = 64;
    private static final int REQUESTS_EACH = 30;
    private static final long LIMIT = 1_000;
    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final List<RedisProcess> SERVERS = new ArrayList<>();

    private final String prefix = Stores.freshPrefix();
    private final List<RateLimitStore> stores = List.of(open(), new CachedDenials(open(), System::nanoTime));
    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS_EACH * stores.size());

    @BeforeAll
    static void startServer() {
        SERVERS.add(RedisProcess.start("--appendonly", "no"));
    }

    @AfterAll
    static void stopServer() {
        SERVERS.forEach(RedisProcess::close);
        SERVERS.clear();
    }

    @AfterEach
    void close() {
        threads.shutdownNow();
        stores.forEach(RateLimitStore::close);
    }

    private RateLimitStore open() {
        return RateLimitStores.open(SERVERS.getFirst().uri(), false, TIMEOUT, prefix);
    }

    private interface Turn {

        /** How many of the requests passed. */
        long passed(RateLimitStore store, int thread) throws Exception;
    }

    /** Has all threads of both stores take their turn at once. */
    private long passed(Turn turn) throws InterruptedException, ExecutionException {
        List<Callable<Long>> turns = new ArrayList<>();
        for (RateLimitStore store : stores) {
            IntStream.range(0, THREADS_EACH).forEach(thread -> turns.add(() -> turn.passed(store, thread)));
        }
        long passed = 0;
        for (Future<Long> done : threads.invokeAll(turns)) {
            passed += done.get();
        }
        return passed;
    }

    private static long passed(RateLimitStore store, Claim... claims) {
        long passed = 0;
        for (int i = 0; i < REQUESTS_EACH; i++) {
            passed += take(store, claims).allowed() ? 1 : 0;
        }
        return passed;
    }

    @ParameterizedTest
    @EnumSource
    void take_moreThanTheLimitAtOnce_letsExactlyTheLimitPass(Algorithm algorithm) throws Exception {
        Claim claim = claim("race", "one", limit(algorithm, LIMIT), 1);

        assertThat(passed((store, _) -> passed(store, claim))).isEqualTo(LIMIT);

        assertThat(remaining(stores.getFirst(), claim)).isZero();
    }

    @Test
    void take_severalLimitsInAnyOrder_countsAllOrNothing() throws Exception {
        Claim narrow = claim("race", "narrow", limit(Algorithm.FIXED_WINDOW, LIMIT), 1);
        Claim wide = claim("race", "wide", limit(Algorithm.TOKEN_BUCKET, 2 * LIMIT), 1);
        Claim listed = claim("race", "listed", limit(Algorithm.SLIDING_LOG, 3 * LIMIT), 1);

        assertThat(passed((store, thread) -> thread % 2 == 0
                ? passed(store, narrow, wide, listed)
                : passed(store, listed, wide, narrow))).isEqualTo(LIMIT);

        assertThat(remaining(stores.getFirst(), narrow)).isZero();
        assertThat(remaining(stores.getFirst(), wide)).isEqualTo(LIMIT);
        assertThat(remaining(stores.getFirst(), listed)).isEqualTo(2 * LIMIT);
    }

    @Test
    void take_ofALimitForEachSecond_neverLetsMoreThanTheRatePass() throws Exception {
        Limit limit = Limit.tokenBucket(1_000, 50, limit(Algorithm.TOKEN_BUCKET, 1, Duration.ofSeconds(1)).window(),
                stores.getFirst().precision());
        Claim claim = claim("race", "rate", limit, 1);
        long start = System.nanoTime();

        long passed = passed((store, _) -> passed(store, claim));

        long millis = Duration.ofNanos(System.nanoTime() - start).toMillis() + 1;
        assertThat(passed).isBetween(50L, 50 + millis);
    }

    @Test
    void lease_takenAndReleasedByAll_neverHoldsMoreThanTheLimitAndEndsWithNone() throws Exception {
        Claim two = claim("race", "leased", limit(Algorithm.CONCURRENCY, 8), 2);
        RateLimitRequest request = Claims.leased(two);

        long passed = passed((store, _) -> {
            long taken = 0;
            for (int i = 0; i < REQUESTS_EACH; i++) {
                RateLimitDecision decision = join(store.take(request));
                Optional<Lease> lease = decision.lease();
                assertThat(lease.isPresent()).isEqualTo(decision.allowed());
                assertThat(decision.limits().getFirst().used()).isLessThanOrEqualTo(8);
                if (lease.isPresent()) {
                    assertThat(join(store.renew(lease.get().id()))).isPresent();
                    join(store.release(lease.get().id()));
                    taken++;
                }
            }
            return taken;
        });

        assertThat(passed).isPositive();
        assertThat(remaining(stores.getFirst(), two)).isEqualTo(8);
        assertThat(SERVERS.getFirst().<List<String>>ask(redis -> redis.keys("{" + prefix + ":*"))).isEmpty();
    }
}
