package io.tallygate.storage.redis;

import static io.tallygate.storage.redis.Claims.join;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tallygate.kernel.StoreUnavailableException;
import io.tallygate.ratelimit.Algorithm;
import io.tallygate.ratelimit.Claim;
import io.tallygate.ratelimit.Counting;
import io.tallygate.ratelimit.Limit;
import io.tallygate.ratelimit.LimitKey;
import io.tallygate.ratelimit.OracleStore;
import io.tallygate.ratelimit.Precision;
import io.tallygate.ratelimit.RateLimitRequest;
import io.tallygate.ratelimit.RateLimitStore;
import io.tallygate.ratelimit.TestClock;
import io.tallygate.ratelimit.Window;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What the kit leaves out of the comparison with the oracle: numbers near the bounds, and a caller whose clock is wrong. */
final class RateLimitOracleTest {

    private static final String SEED = "tallygate.test.seed";
    private static final int OPERATIONS = Integer.getInteger("tallygate.test.operations", 10_000);
    private static final int OPERATIONS_EACH = 500;
    private static final List<RedisProcess> SERVERS = new ArrayList<>();

    private TestClock clock = new TestClock();
    private long callerAheadNanos;
    private SplittableRandom random = new SplittableRandom();

    @BeforeAll
    static void startServer() {
        SERVERS.add(RedisProcess.start("--appendonly", "no"));
    }

    @AfterAll
    static void stopServer() {
        SERVERS.forEach(RedisProcess::close);
        SERVERS.clear();
    }

    private long freshSeed(String test) {
        long seed = Long.getLong(SEED, ThreadLocalRandom.current().nextLong());
        System.out.println(test + ": -D" + SEED + "=" + seed);
        return seed;
    }

    /** Small numbers often, large ones sometimes. */
    private long skewed(long max) {
        return Math.clamp((long) Math.pow(max + 1.0, random.nextDouble()), 1, max);
    }

    private RateLimitStore open() {
        return RateLimitStores.at(() -> clock.getAsLong() + callerAheadNanos, clock, SERVERS.getFirst().uri(), false);
    }

    private interface Limits {

        Limit any(Algorithm algorithm);
    }

    private void compare(long seed, Limits limits, long hitsMax, long stepNanosMax) {
        clock = new TestClock();
        random = new SplittableRandom(seed);
        var oracle = new OracleStore(Precision.REDIS, clock);
        try (RateLimitStore store = open()) {
            List<Claim> claims = new ArrayList<>();
            for (Algorithm algorithm : Algorithm.values()) {
                Limit first = limits.any(algorithm);
                LimitKey key = Claims.key("oracle", "1", first);
                claims.add(Claim.of(key, "first", first, 1));
                if (first.window() instanceof Window.Length) {
                    Limit other = Limit.of(algorithm, Math.max(1, first.requests() / skewed(1_000)), first.window(),
                            Precision.REDIS);
                    claims.add(Claim.of(key, "other", other, 1));
                }
            }
            for (int i = 0; i < OPERATIONS_EACH; i++) {
                boolean isSetBack = callerAheadNanos >= 0 && random.nextInt(30) == 0;
                clock.advance(isSetBack ? -skewed(stepNanosMax) : skewed(stepNanosMax));
                Claim claim = claims.get(random.nextInt(claims.size()));
                long hits = skewed(hitsMax) * (random.nextInt(8) == 0 ? -1 : 1);
                var request = new RateLimitRequest(List.of(new Claim(claim.key(), claim.name(), claim.limit(), hits,
                        Math.max(0, hits), true, 0)), random.nextBoolean() ? Counting.EACH : Counting.ALL_OR_NOTHING,
                        random.nextInt(3) == 0, false);

                assertThat(join(store.take(request))).as("seed %d, operation %d", seed, i)
                        .isEqualTo(join(oracle.take(request)));
            }
        }
    }

    @Test
    void take_numbersNearTheBounds_areThoseOfTheOracle() {
        long seed = freshSeed("numbers near the bounds");
        for (int run = 0; run < OPERATIONS / OPERATIONS_EACH; run++) {
            compare(seed + run, this::large, Limit.REQUESTS_MAX, Duration.ofDays(400).toNanos());
        }
    }

    /** As large as the algorithm takes it. */
    private Limit large(Algorithm algorithm) {
        long days = switch (algorithm) {
            case CONCURRENCY -> 0;
            case FIXED_WINDOW, SLIDING_LOG -> skewed(3_660);
            case TOKEN_BUCKET, SLIDING_WINDOW -> skewed(20);
        };
        var window = new Window.Length(days == 0 ? Limit.LEASE_MAX : Duration.ofDays(days).plusMillis(skewed(1_000)));
        long requestsMax = switch (algorithm) {
            case SLIDING_LOG -> Limit.LOG_REQUESTS_MAX;
            case FIXED_WINDOW, CONCURRENCY -> Limit.REQUESTS_MAX;
            // Below 2^53 ms.
            case TOKEN_BUCKET, SLIDING_WINDOW -> (1L << 53) / ((days + 1) * 86_400_000);
        };
        long requests = Math.min(Limit.REQUESTS_MAX, requestsMax) - skewed(Math.min(Limit.REQUESTS_MAX, requestsMax));
        return Limit.of(algorithm, requests, window, Precision.REDIS);
    }

    /**
     * With a caller that is behind the clock is not set back as well: of three periods, the script then knows no next one, and
     * denies more than the oracle.
     */
    @Test
    void take_callerAheadOrBehindByUpToAPeriod_isDecidedByTheServersTime() {
        long seed = freshSeed("clocks that differ");
        // A week may be an hour shorter.
        long week = Duration.ofDays(7).minusHours(2).toNanos();
        for (int run = 0; run < OPERATIONS / OPERATIONS_EACH; run++) {
            random = new SplittableRandom(seed + run);
            callerAheadNanos = random.nextLong(-week, week);
            compare(seed + run, algorithm -> algorithm == Algorithm.FIXED_WINDOW
                    ? Limit.of(algorithm, skewed(100),
                            new Window.Calendar(Window.Calendar.Unit.WEEK, ZoneId.of("Europe/Berlin")), Precision.REDIS)
                    : Claims.limit(algorithm, skewed(100), Duration.ofMinutes(10)), 20, Duration.ofHours(10).toNanos());
        }
    }

    @Test
    void take_callerBehindByMoreThanAPeriod_isRefusedAndCountsNothing() {
        var day = new Window.Calendar(Window.Calendar.Unit.DAY, ZoneId.of("UTC"));
        Claim claim = Claims.claim("oracle", "late", Limit.of(Algorithm.FIXED_WINDOW, 5, day, Precision.REDIS), 1);
        try (RateLimitStore store = open()) {
            Claims.take(store, claim);
            callerAheadNanos = Duration.ofDays(-3).toNanos();

            assertThatThrownBy(() -> Claims.take(store, claim)).hasCauseInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining("more than a period ahead");

            callerAheadNanos = 0;
            assertThat(Claims.remaining(store, claim)).isEqualTo(4);
        }
    }
}
