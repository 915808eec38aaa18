package io.tallygate.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** What is denied from memory, and what is asked of the store. */
final class CachedDenialsTest {

    private static final int RUNS = 300;
    private static final int OPERATIONS_EACH = 300;

    private final TestClock clock = new TestClock();
    private final Counted store = new Counted();
    private final CachedDenials denials = new CachedDenials(store, clock);

    /** An oracle that counts how often it is asked, and can keep an answer back. */
    private final class Counted implements RateLimitStore {

        private final OracleStore oracle = new OracleStore(Precision.REDIS, clock);
        private int asked;
        private CompletableFuture<Void> gate = CompletableFuture.completedFuture(null);

        @Override
        public Precision precision() {
            return oracle.precision();
        }

        @Override
        public CompletionStage<RateLimitDecision> take(RateLimitRequest request) {
            asked++;
            RateLimitDecision decision = oracle.decide(request);
            return gate.thenApply(_ -> decision);
        }

        @Override
        public CompletionStage<Void> reset(List<LimitKey> keys) {
            return oracle.reset(keys);
        }

        @Override
        public CompletionStage<Optional<Instant>> renew(String leaseId) {
            return oracle.renew(leaseId);
        }

        @Override
        public CompletionStage<Void> release(String leaseId) {
            return oracle.release(leaseId);
        }

        @Override
        public int instances() {
            return 7;
        }

        @Override
        public void close() {
            asked = -1;
        }
    }

    private static Limit limit(Algorithm algorithm, long requests, Duration window) {
        return Limit.of(algorithm, requests, new Window.Length(window), Precision.REDIS);
    }

    private static Claim claim(String user, Limit limit, long hits) {
        return Claim.of(LimitKey.of("d", List.of("user", user), limit), user, limit, hits);
    }

    private RateLimitDecision take(RateLimitRequest request) {
        return denials.take(request).toCompletableFuture().join();
    }

    private RateLimitDecision take(Claim... claims) {
        return take(RateLimitRequest.allOf(List.of(claims)));
    }

    /** Whether the store was asked for it. */
    private boolean asks(RateLimitRequest request) {
        int before = store.asked;
        take(request);
        return store.asked > before;
    }

    private boolean asks(Claim... claims) {
        return asks(RateLimitRequest.allOf(List.of(claims)));
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "CONCURRENCY")
    void denial_again_isAnsweredFromMemoryForASecond(Algorithm algorithm) {
        Claim claim = claim("a", limit(algorithm, 10, Duration.ofHours(1)), 6);
        take(claim);
        RateLimitDecision first = take(claim);
        assertThat(first.allowed()).isFalse();
        clock.advance(Duration.ofMillis(600));
        int asked = store.asked;

        RateLimitDecision again = take(claim);

        assertThat(store.asked).isEqualTo(asked);
        assertThat(again.allowed()).isFalse();
        assertThat(again.source()).isEqualTo(Source.STORE);
        assertThat(again.limits().getFirst().remaining()).isEqualTo(first.limits().getFirst().remaining());
        assertThat(again.retryAfterNanos().orElseThrow())
                .isEqualTo(first.retryAfterNanos().orElseThrow() - Duration.ofMillis(600).toNanos());
        clock.advance(Duration.ofMillis(400));
        assertThat(asks(claim)).isTrue();
    }

    @Test
    void denial_fewerHitsOrAnotherLimitOrKey_isAskedFor() {
        Limit limit = limit(Algorithm.TOKEN_BUCKET, 10, Duration.ofHours(1));
        take(claim("a", limit, 6));
        take(claim("a", limit, 6));

        assertThat(asks(claim("a", limit, 7))).isFalse();
        assertThat(asks(claim("a", limit, 6))).isFalse();
        assertThat(asks(claim("b", limit, 6))).isTrue();
        assertThat(asks(claim("a", limit(Algorithm.TOKEN_BUCKET, 11, Duration.ofHours(1)), 6))).isTrue();
        assertThat(asks(claim("a", limit, 4))).isTrue();
    }

    @Test
    void denial_untilTheHitsWouldPass_isNotLonger() {
        Claim claim = claim("a", limit(Algorithm.TOKEN_BUCKET, 10, Duration.ofSeconds(1)), 1);
        take(claim("a", claim.limit(), 10));
        assertThat(take(claim).allowed()).isFalse();
        clock.advance(Duration.ofMillis(99));
        assertThat(take(claim).allowed()).isFalse();
        clock.advance(Duration.ofMillis(1));

        assertThat(take(claim).allowed()).isTrue();
    }

    @Test
    void denial_byOneOfSeveralLimits_isAnsweredFromMemory() {
        Claim minute = claim("a", limit(Algorithm.SLIDING_WINDOW, 1, Duration.ofMinutes(1)), 1);
        Claim month = claim("a", limit(Algorithm.TOKEN_BUCKET, 100, Duration.ofDays(30)), 1);
        take(minute, month);
        take(minute, month);

        assertThat(asks(minute, month)).isFalse();
        RateLimitDecision decision = take(minute, month);
        assertThat(decision.allowed()).isFalse();
        assertThat(decision.limits().getLast().allowed()).isTrue();
        assertThat(decision.limits().getLast().remaining()).isEqualTo(99);
        assertThat(asks(month)).as("what only its companion denied").isTrue();
        assertThat(asks(minute.notEnforced(), month)).isTrue();
    }

    @Test
    void denial_whereSomethingCountsAllTheSame_isAlwaysAskedFor() {
        Claim window = claim("a", limit(Algorithm.FIXED_WINDOW, 1, Duration.ofHours(1)), 1);
        Claim permit = claim("a", limit(Algorithm.CONCURRENCY, 1, Duration.ofHours(1)), 1);
        Claim bucket = claim("a", limit(Algorithm.TOKEN_BUCKET, 1, Duration.ofHours(1)), 1);
        for (int i = 0; i < 3; i++) {
            assertThat(asks(RateLimitRequest.eachOf(List.of(window)))).isTrue();
            assertThat(asks(permit)).isTrue();
            assertThat(asks(bucket.looking())).isTrue();
            assertThat(asks(RateLimitRequest.eachOf(List.of(bucket, claim("free" + i, bucket.limit(), 1).inGroup(1)))))
                    .isTrue();
            assertThat(asks(new RateLimitRequest(List.of(bucket), Counting.EACH, true, false))).isTrue();
            assertThat(asks(bucket, bucket)).isTrue();
        }
    }

    @Test
    void denial_ofALongKeyOrAmongMany_isAlwaysAskedFor() {
        Limit limit = limit(Algorithm.TOKEN_BUCKET, 1, Duration.ofHours(1));
        Claim longest = claim("a".repeat(1_025), limit, 1);
        Claim[] many = IntStream.range(0, 17).mapToObj(i -> claim("u" + i, limit, 1)).toArray(Claim[]::new);
        for (int i = 0; i < 3; i++) {
            assertThat(asks(longest)).isTrue();
            assertThat(asks(many)).isTrue();
        }
    }

    @Test
    void denial_afterRefundOrReset_isForgotten() {
        Claim claim = claim("a", limit(Algorithm.TOKEN_BUCKET, 1, Duration.ofHours(1)), 1);
        take(claim);
        take(claim);
        assertThat(asks(claim)).isFalse();

        denials.refund(RateLimitRequest.allOf(List.of(claim)));
        assertThat(take(claim).allowed()).isTrue();
        take(claim);
        assertThat(asks(claim)).isFalse();
        denials.reset(List.of(claim.key()));

        assertThat(take(claim).allowed()).isTrue();
    }

    @Test
    void denial_thatComesAfterARefundOfTheSameTime_isNotRemembered() {
        Claim claim = claim("a", limit(Algorithm.TOKEN_BUCKET, 1, Duration.ofHours(1)), 1);
        take(claim);
        store.gate = new CompletableFuture<>();
        CompletableFuture<RateLimitDecision> denied = denials.take(RateLimitRequest.allOf(List.of(claim)))
                .toCompletableFuture();
        denials.refund(RateLimitRequest.allOf(List.of(claim)));
        store.gate.complete(null);
        assertThat(denied.join().allowed()).isFalse();

        assertThat(take(claim).allowed()).isTrue();
    }

    @Test
    void rest_always_isTheStores() {
        Claim permit = claim("a", limit(Algorithm.CONCURRENCY, 1, Duration.ofHours(1)), 1);
        Lease lease = take(new RateLimitRequest(List.of(permit), Counting.ALL_OR_NOTHING, false, true)).lease()
                .orElseThrow();

        assertThat(denials.precision()).isEqualTo(Precision.REDIS);
        assertThat(denials.instances()).isEqualTo(7);
        assertThat(denials.renew(lease.id()).toCompletableFuture().join()).isPresent();
        denials.release(lease.id());
        assertThat(denials.renew(lease.id()).toCompletableFuture().join()).isEmpty();
        denials.close();
        assertThat(store.asked).isEqualTo(-1);
    }

    /** With no other process beside it, nothing passes or is denied that the store would not have decided so. */
    @Test
    void take_random_decidesAsTheStoreAlone() {
        long seed = Seeds.fresh("cached denials");
        int spared = 0;
        for (int run = 0; run < RUNS; run++) {
            var random = new SplittableRandom(seed + run);
            var alone = new OracleStore(Precision.REDIS, clock);
            var behind = new Counted();
            var cached = new CachedDenials(behind, clock);
            List<Claim> claims = new ArrayList<>();
            for (Algorithm algorithm : Algorithm.values()) {
                for (int user = 0; user < 2; user++) {
                    claims.add(claim("u" + user, limit(algorithm, Seeds.skewed(random, 20),
                            Duration.ofMillis(Seeds.skewed(random, 5_000))), 1));
                }
            }
            for (int i = 0; i < OPERATIONS_EACH; i++) {
                clock.advance(random.nextInt(3) == 0 ? Seeds.skewed(random, 500_000_000) : 0);
                RateLimitRequest request = request(claims, random);

                assertThat(cached.take(request).toCompletableFuture().join().allowed())
                        .as("seed %d, operation %d: %s", seed + run, i, request)
                        .isEqualTo(alone.decide(request).allowed());
            }
            spared += OPERATIONS_EACH - behind.asked;
        }
        assertThat(spared).isPositive();
    }

    private static RateLimitRequest request(List<Claim> claims, SplittableRandom random) {
        var asked = new ArrayList<Claim>();
        int group = 0;
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            Claim claim = claims.get(random.nextInt(claims.size()));
            long hits = random.nextInt(15) == 0 ? -Seeds.skewed(random, 20) : Seeds.skewed(random, 20);
            group += random.nextInt(2);
            asked.add(new Claim(claim.key(), claim.name(), claim.limit(), hits, Math.max(0, hits),
                    random.nextInt(8) > 0, group));
        }
        return new RateLimitRequest(asked, random.nextInt(4) == 0 ? Counting.EACH : Counting.ALL_OR_NOTHING,
                random.nextInt(20) == 0, false);
    }
}
