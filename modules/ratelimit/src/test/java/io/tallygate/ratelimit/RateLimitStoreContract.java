package io.tallygate.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;

/**
 * The store test kit: what every {@link RateLimitStore} does. An adapter's test extends it and says how a store is made whose
 * clock the kit drives.
 */
public abstract class RateLimitStoreContract {

    private static final int OPERATIONS_EACH = 400;
    private static final ZoneId ZONE = ZoneId.of("Europe/Berlin");

    private final TestClock clock = new TestClock();

    /**
     * A store without any key.
     *
     * @param nanos its clock, in nanoseconds since the epoch
     */
    protected abstract RateLimitStore open(LongSupplier nanos);

    /** How many random operations are compared with the oracle. */
    protected int operations() {
        return Seeds.operations();
    }

    private static <T> T join(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }

    private static Claim claim(RateLimitStore store, String user, Algorithm algorithm, long requests, long hits) {
        Limit limit = Limit.of(algorithm, requests, new Window.Length(Duration.ofMinutes(1)), store.precision());
        return Claim.of(LimitKey.of("kit", List.of("user", user), limit), user, limit, hits);
    }

    /** Requests of all kinds, over a few keys, with a clock that is sometimes set back, also far. */
    @Test
    void operations_random_areThoseOfTheOracle() {
        long seed = Seeds.fresh(getClass().getSimpleName());
        for (int done = 0, run = 0; done < operations(); done += OPERATIONS_EACH, run++) {
            try (RateLimitStore store = open(clock)) {
                new Comparison(store, seed + run).run();
            }
        }
    }

    /** A store beside an oracle. */
    private final class Comparison {

        private final RateLimitStore store;
        private final OracleStore oracle;
        private final long seed;
        private final SplittableRandom random;
        private final List<Claim> claims = new ArrayList<>();
        /** Ids of the store and of the oracle. */
        private final List<List<String>> leases = new ArrayList<>();

        private Comparison(RateLimitStore store, long seed) {
            this.store = store;
            this.oracle = new OracleStore(store.precision(), clock);
            this.seed = seed;
            this.random = new SplittableRandom(seed);
            for (int user = 0; user < 2; user++) {
                for (Algorithm algorithm : Algorithm.values()) {
                    addClaims(algorithm, user);
                }
            }
        }

        /** The same key with two numbers of requests. */
        private void addClaims(Algorithm algorithm, int user) {
            Window window = algorithm == Algorithm.FIXED_WINDOW && random.nextBoolean()
                    ? new Window.Calendar(Window.Calendar.Unit.DAY, ZONE)
                    : new Window.Length(Duration.ofMillis(Seeds.skewed(random, 100_000)));
            for (int numbers = 0; numbers < 2; numbers++) {
                long requests = Seeds.skewed(random, 20) - random.nextInt(2);
                Limit limit = algorithm == Algorithm.TOKEN_BUCKET && random.nextBoolean()
                        ? Limit.tokenBucket(requests, Seeds.skewed(random, 20), window, store.precision())
                        : Limit.of(algorithm, requests, window, store.precision());
                claims.add(Claim.of(LimitKey.of("kit", List.of("user", "" + user), limit), "name", limit, 1));
            }
        }

        private void run() {
            for (int i = 0; i < OPERATIONS_EACH; i++) {
                long step = Seeds.skewed(random, 20_000_000_000L);
                switch (random.nextInt(100)) {
                    case 0, 1, 2 -> clock.advance(-step);
                    case 3 -> clock.advance(-20 * step);
                    default -> clock.advance(random.nextInt(3) == 0 ? 0 : step);
                }
                operate("seed " + seed + ", operation " + i);
            }
        }

        private void operate(String at) {
            switch (random.nextInt(20)) {
                case 0 -> {
                    List<LimitKey> keys = List.of(randomClaim().key(), randomClaim().key());
                    join(store.reset(keys));
                    join(oracle.reset(keys));
                }
                case 1, 2 -> {
                    if (!leases.isEmpty()) {
                        List<String> ids = leases.get(random.nextInt(leases.size()));
                        assertThat(join(store.renew(ids.getFirst()))).as(at)
                                .isEqualTo(join(oracle.renew(ids.getLast())));
                    }
                }
                case 3 -> {
                    if (!leases.isEmpty()) {
                        List<String> ids = leases.remove(random.nextInt(leases.size()));
                        join(store.release(ids.getFirst()));
                        join(oracle.release(ids.getLast()));
                    }
                }
                default -> take(at);
            }
        }

        private void take(String at) {
            RateLimitRequest request = randomRequest();
            RateLimitDecision decision = join(store.take(request));
            RateLimitDecision expected = oracle.decide(request);
            assertThat(decision.allowed()).as("%s: %s", at, request).isEqualTo(expected.allowed());
            for (int i = 0; i < request.claims().size(); i++) {
                assertThat(decision.limits().get(i)).as("%s, claim %d: %s", at, i, request)
                        .isEqualTo(expected.limits().get(i));
            }
            assertThat(decision.lease().map(Lease::expiresAt)).as(at).isEqualTo(expected.lease().map(Lease::expiresAt));
            if (decision.lease().isPresent() && expected.lease().isPresent()) {
                leases.add(List.of(decision.lease().get().id(), expected.lease().get().id()));
            }
        }

        private RateLimitRequest randomRequest() {
            var asked = new ArrayList<Claim>();
            int group = 0;
            for (int i = random.nextInt(3) == 0 ? 1 + random.nextInt(5) : 1; i > 0; i--) {
                group += random.nextInt(2);
                asked.add(randomClaim().inGroup(group));
            }
            var request = new RateLimitRequest(asked, random.nextBoolean() ? Counting.EACH : Counting.ALL_OR_NOTHING,
                    random.nextInt(20) == 0, random.nextBoolean());
            return random.nextInt(10) == 0 ? request.looking() : request;
        }

        private Claim randomClaim() {
            Claim claim = claims.get(random.nextInt(claims.size()));
            long hits = switch (random.nextInt(10)) {
                case 0 -> 0;
                case 1 -> -Seeds.skewed(random, 20);
                default -> Seeds.skewed(random, claim.limit().burst() + 1);
            };
            long tested = hits > 0 ? hits : random.nextInt(2);
            return new Claim(claim.key(), claim.name(), claim.limit(), hits, tested, random.nextInt(5) > 0, 0);
        }
    }

    @Test
    void reset_key_forgetsIt() {
        try (RateLimitStore store = open(clock)) {
            for (Algorithm algorithm : Algorithm.values()) {
                Claim claim = claim(store, "reset", algorithm, 2, 2);
                assertThat(join(store.take(RateLimitRequest.allOf(List.of(claim)))).allowed()).isTrue();
                assertThat(join(store.take(RateLimitRequest.allOf(List.of(claim)))).allowed()).isFalse();

                join(store.reset(List.of(claim.key())));

                assertThat(join(store.take(RateLimitRequest.allOf(List.of(claim)))).allowed()).as(algorithm.code())
                        .isTrue();
            }
        }
    }

    @Test
    void peek_asManyAsAreLeft_passesAndCountsNothing() {
        try (RateLimitStore store = open(clock)) {
            RateLimitRequest request = RateLimitRequest
                    .allOf(List.of(claim(store, "peek", Algorithm.TOKEN_BUCKET, 5, 5)));

            assertThat(join(store.peek(request)).allowed()).isTrue();
            assertThat(join(store.take(request)).allowed()).isTrue();
            assertThat(join(store.peek(request)).allowed()).isFalse();
            assertThat(join(store.refund(request)).limits().getFirst().remaining()).isEqualTo(5);
        }
    }

    @Test
    void lease_renewed_endsLaterAndReleasedAtOnce() {
        try (RateLimitStore store = open(clock)) {
            Claim two = claim(store, "one", Algorithm.CONCURRENCY, 2, 2);
            Claim other = claim(store, "other", Algorithm.CONCURRENCY, 9, 1);
            var request = new RateLimitRequest(List.of(two, other), Counting.ALL_OR_NOTHING, false, true);
            Instant began = EpochNanos.instant(clock.getAsLong());

            Lease lease = join(store.take(request)).lease().orElseThrow();

            assertThat(lease.expiresAt()).isEqualTo(began.plusSeconds(60));
            assertThat(join(store.take(request)).lease()).isEmpty();
            clock.advance(Duration.ofSeconds(50));
            assertThat(join(store.renew(lease.id()))).hasValue(began.plusSeconds(110));
            clock.advance(Duration.ofSeconds(50));
            assertThat(join(store.take(request)).allowed()).isFalse();
            join(store.release(lease.id()));
            join(store.release(lease.id()));
            assertThat(join(store.renew(lease.id()))).isEmpty();
            assertThat(join(store.take(request)).allowed()).isTrue();
        }
    }

    @Test
    void lease_notRenewed_endsByItself() {
        try (RateLimitStore store = open(clock)) {
            var request = new RateLimitRequest(List.of(claim(store, "one", Algorithm.CONCURRENCY, 1, 1)),
                    Counting.ALL_OR_NOTHING, false, true);
            Lease lease = join(store.take(request)).lease().orElseThrow();
            clock.advance(Duration.ofSeconds(60).minusNanos(1_000));
            assertThat(join(store.take(request)).allowed()).isFalse();
            clock.advance(1_000);

            assertThat(join(store.renew(lease.id()))).isEmpty();
            assertThat(join(store.take(request)).allowed()).isTrue();
        }
    }

    @Test
    void lease_neverGiven_isUnknown() {
        try (RateLimitStore store = open(clock)) {
            for (String id : List.of("", "x", "AAAA", "no/id!", "A".repeat(5_000))) {
                assertThat(join(store.renew(id))).isEqualTo(Optional.empty());
                assertThat(join(store.release(id))).isNull();
            }
        }
    }
}
