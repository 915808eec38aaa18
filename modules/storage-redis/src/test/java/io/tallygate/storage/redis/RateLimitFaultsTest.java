package io.tallygate.storage.redis;

import static io.tallygate.storage.redis.Claims.claim;
import static io.tallygate.storage.redis.Claims.join;
import static io.tallygate.storage.redis.Claims.key;
import static io.tallygate.storage.redis.Claims.limit;
import static io.tallygate.storage.redis.Claims.remaining;
import static io.tallygate.storage.redis.Claims.take;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lettuce.core.ScriptOutputType;
import io.tallygate.kernel.Await;
import io.tallygate.kernel.StoreUnavailableException;
import io.tallygate.ratelimit.Algorithm;
import io.tallygate.ratelimit.Claim;
import io.tallygate.ratelimit.Lease;
import io.tallygate.ratelimit.Limit;
import io.tallygate.ratelimit.LimitKey;
import io.tallygate.ratelimit.LimitStoreFullException;
import io.tallygate.ratelimit.RateLimitDecision;
import io.tallygate.ratelimit.RateLimitRequest;
import io.tallygate.ratelimit.RateLimitStore;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the store does when its server forgets, pauses, freezes, dies, is full or holds what it should not. */
final class RateLimitFaultsTest {

    private static final Duration TIMEOUT = Duration.ofMillis(500);
    /** A call to a silent server fails with its connection, on a busy machine later. */
    private static final Duration FAILS_WITHIN = TIMEOUT.multipliedBy(20);
    private static final Duration PATIENT = Duration.ofSeconds(20);
    private static final long LIMIT = 1_000;
    private static final List<RedisProcess> SERVERS = new ArrayList<>();

    private final String prefix = Stores.freshPrefix();
    private final RateLimitStore store = open(PATIENT);
    private final Claim one = claim("faults", "one", limit(Algorithm.FIXED_WINDOW, LIMIT), 1);

    @BeforeAll
    static void startServer() {
        SERVERS.add(RedisProcess.start());
    }

    @AfterAll
    static void stopServer() {
        SERVERS.forEach(RedisProcess::close);
        SERVERS.clear();
    }

    @AfterEach
    void close() {
        store.close();
    }

    private static RedisProcess server() {
        return SERVERS.getFirst();
    }

    private RateLimitStore open(Duration timeout) {
        return RateLimitStores.open(server().uri(), false, timeout, prefix);
    }

    private static String name(String prefix, LimitKey key) {
        return new LimitNames(prefix).name(LimitNames.domain(key.domain()), LimitNames.state(key));
    }

    private List<String> keys() {
        return server().ask(redis -> redis.keys("{" + prefix + ":limit:*"));
    }

    @Test
    void take_serverForgotTheScript_sendsItAgain() {
        take(store, one);
        server().ask(redis -> redis.scriptFlush());

        List<CompletableFuture<RateLimitDecision>> asked = IntStream.range(0, 50)
                .mapToObj(_ -> store.take(RateLimitRequest.allOf(List.of(one))).toCompletableFuture()).toList();

        asked.forEach(CompletableFuture::join);
        assertThat(remaining(store, one)).isEqualTo(LIMIT - 51);
    }

    @Test
    void take_frozenServer_failsInTimeAndCountsWhatItWasToldWhenItGoesOn() {
        try (RateLimitStore hasty = open(TIMEOUT)) {
            take(hasty, one);
            server().freeze();
            int unanswered = 0;
            try {
                long start = System.nanoTime();
                List<CompletableFuture<RateLimitDecision>> asked = IntStream.range(0, 20)
                        .mapToObj(_ -> hasty.take(RateLimitRequest.allOf(List.of(one))).toCompletableFuture())
                        .toList();
                for (CompletableFuture<RateLimitDecision> answer : asked) {
                    assertUnavailable(answer);
                    unanswered++;
                }
                assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(FAILS_WITHIN);
            } finally {
                server().thaw();
            }
            awaitAnswer(hasty);
            assertThat(LIMIT - remaining(hasty, one)).isBetween(1L, 1L + unanswered);
        }
    }

    @Test
    void take_pausedServer_failsInTimeAndAnswersAfterwards() {
        try (RateLimitStore hasty = open(TIMEOUT)) {
            take(hasty, one);
            server().ask(redis -> redis.clientPause(TIMEOUT.multipliedBy(4).toMillis()));
            long start = System.nanoTime();

            assertUnavailable(hasty.take(RateLimitRequest.allOf(List.of(one))).toCompletableFuture());

            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(FAILS_WITHIN);
            awaitAnswer(hasty);
            assertThat(LIMIT - remaining(hasty, one)).isBetween(1L, 2L);
        }
    }

    private static void assertUnavailable(CompletableFuture<?> answer) {
        assertThatThrownBy(() -> answer.get(FAILS_WITHIN.toMillis(), TimeUnit.MILLISECONDS))
                .hasCauseInstanceOf(StoreUnavailableException.class);
    }

    private void awaitAnswer(RateLimitStore asked) {
        Await.until("the store answers", () -> {
            try {
                return remaining(asked, one) >= 0;
            } catch (CompletionException e) {
                assertThat(e).hasCauseInstanceOf(StoreUnavailableException.class);
                return false;
            }
        });
    }

    @Test
    void take_killedServer_failsAtOnceAndGoesOnAfterItsRestart() throws IOException {
        take(store, one);
        server().kill();
        Await.until("the connection is lost", () -> {
            CompletableFuture<RateLimitDecision> asked = store.take(RateLimitRequest.allOf(List.of(one)))
                    .toCompletableFuture();
            return asked.isCompletedExceptionally();
        });
        assertUnavailable(store.renew("").thenCompose(_ -> store.reset(List.of(one.key()))).toCompletableFuture());

        server().restart();

        awaitAnswer(store);
        assertThat(remaining(store, one)).as("what was counted before").isEqualTo(LIMIT - 1);
    }

    @Test
    void take_fullServer_saysSoCountsNothingAndStillDenies() {
        Claim used = claim("faults", "used", limit(Algorithm.SLIDING_WINDOW, 1), 1);
        take(store, used);
        take(store, one);
        server().ask(redis -> redis.configSet("maxmemory", "1"));
        try {
            for (Algorithm algorithm : Algorithm.values()) {
                Claim other = claim("faults", "full", limit(algorithm, LIMIT), 1);
                assertThatThrownBy(() -> take(store, one, other)).hasCauseInstanceOf(LimitStoreFullException.class);
            }
            assertThat(take(store, used).allowed()).isFalse();
            assertThat(remaining(store, one)).isEqualTo(LIMIT - 1);
        } finally {
            server().ask(redis -> redis.configSet("maxmemory", "0"));
        }
        assertThat(take(store, one).limits().getFirst().remaining()).isEqualTo(LIMIT - 2);
    }

    @Test
    void take_keyOfAnotherType_failsAloneAndChangesNothing() {
        for (Algorithm algorithm : Algorithm.values()) {
            Claim foreign = claim("faults", "foreign", limit(algorithm, LIMIT), 1);
            server().ask(redis -> redis.hset(name(prefix, foreign.key()), "a", "b"));
            assertThatThrownBy(() -> take(store, one, foreign)).hasCauseInstanceOf(StoreUnavailableException.class);
            join(store.reset(List.of(foreign.key())));
            assertThat(take(store, foreign).allowed()).isTrue();
        }
        assertThat(remaining(store, one)).isEqualTo(LIMIT);
    }

    @Test
    void take_stateThatIsDamaged_failsAloneAndChangesNothing() {
        for (Algorithm algorithm : List.of(Algorithm.FIXED_WINDOW, Algorithm.TOKEN_BUCKET, Algorithm.SLIDING_WINDOW)) {
            Claim damaged = claim("faults", "damaged", limit(algorithm, LIMIT), 1);
            server().ask(redis -> redis.set(name(prefix, damaged.key()), "no state"));
            assertThatThrownBy(() -> take(store, one, damaged)).hasCauseInstanceOf(StoreUnavailableException.class);
        }
        Claim damaged = claim("faults", "damaged", limit(Algorithm.SLIDING_LOG, LIMIT), 1);
        server().ask(redis -> redis.zadd(name(prefix, damaged.key()), 1, "no state"));
        assertThatThrownBy(() -> take(store, one, damaged)).hasCauseInstanceOf(StoreUnavailableException.class);
        assertThat(remaining(store, one)).isEqualTo(LIMIT);
    }

    @ParameterizedTest
    @EnumSource
    void keys_always_expire(Algorithm algorithm) {
        Limit limit = limit(algorithm, 10, Duration.ofMillis(1_500));
        for (int user = 0; user < 5; user++) {
            Claim claim = claim("faults", "u" + user, limit, 3);
            Lease lease = algorithm == Algorithm.CONCURRENCY
                    ? join(store.take(Claims.leased(claim))).lease().orElseThrow()
                    : new Lease("", Instant.EPOCH);
            take(store, claim);
            join(store.renew(lease.id()));
            join(store.refund(RateLimitRequest.allOf(List.of(claim("faults", "u" + user, limit, 1)))));
        }

        assertThat(keys()).isNotEmpty().allSatisfy(key -> assertThat(server().<Long>ask(redis -> redis.pttl(key)))
                .isLessThanOrEqualTo(algorithm == Algorithm.SLIDING_WINDOW ? 4_000 : 2_500)
                .satisfiesAnyOf(left -> assertThat(left).isPositive(), left -> assertThat(left).isEqualTo(-2)));
        Await.until("they are gone", () -> keys().isEmpty());
    }

    @Test
    void keys_always_tellNobodyWhatUsersAreCalled() {
        take(store, claim("a domain", "somebody", limit(Algorithm.FIXED_WINDOW, LIMIT), 1));

        assertThat(keys()).hasSize(1).allMatch(key -> key.matches("\\{" + prefix + ":limit:[\\w-]{12}}:[\\w-]{22}"));
    }

    @Test
    void log_whoseSumsPassWhatIsExact_countsOn() {
        Limit limit = limit(Algorithm.SLIDING_LOG, 10);
        LimitKey key = key("faults", "old", limit);
        long sum = (1L << 53) - 5;
        take(store, claim("faults", "old", limit, 2));
        // What years of traffic leave: the sum before the first entry is large.
        server().ask(redis -> {
            double time = redis.zrangeWithScores(name(prefix, key), 1, 1).getFirst().getScore();
            redis.del(name(prefix, key));
            redis.zadd(name(prefix, key), -1, sum - 2 + " 10 " + limit.windowTicks() + " 0");
            return redis.zadd(name(prefix, key), time, Long.toString(sum));
        });

        for (int left = 7; left >= 0; left--) {
            assertThat(take(store, claim("faults", "old", limit, 1)).limits().getFirst().remaining()).isEqualTo(left);
        }
        assertThat(take(store, claim("faults", "old", limit, 1)).allowed()).isFalse();
    }

    @Test
    void concurrency_asManyLeasesAsAKeyMayHold_isFullForIt() {
        Limit limit = limit(Algorithm.CONCURRENCY, Limit.REQUESTS_MAX);
        Claim claim = claim("faults", "crowd", limit, 1);
        join(store.take(Claims.leased(claim)));
        String name = name(prefix, claim.key());
        long leases = 99_999;
        server().ask(redis -> redis.<Long>eval("""
                local last = redis.call('ZREVRANGE', KEYS[2], 0, 0, 'WITHSCORES')[2]
                for i = 2, ARGV[1] do redis.call('ZADD', KEYS[2], last, 'other' .. i .. ':1') end
                redis.call('ZREMRANGEBYSCORE', KEYS[1], -1, -1)
                return redis.call('ZADD', KEYS[1], -1, '0 %d %d ' .. ARGV[1])
                """.formatted(limit.requests(), limit.windowTicks()), ScriptOutputType.INTEGER,
                new String[]{name, LimitNames.leases(name)}, Long.toString(leases)));

        assertThat(join(store.take(Claims.leased(claim))).lease()).isPresent();
        assertThatThrownBy(() -> take(store, claim)).hasCauseInstanceOf(LimitStoreFullException.class);
        assertThatThrownBy(() -> join(store.take(Claims.leased(one, claim))))
                .hasCauseInstanceOf(LimitStoreFullException.class);
        assertThat(remaining(store, claim)).isEqualTo(limit.requests() - leases - 1);
        assertThat(remaining(store, one)).isEqualTo(LIMIT);
    }

    private static String ticket(LeaseTicket of, LimitKey... keys) {
        List<LeaseTicket.Held> held = Arrays.stream(keys)
                .map(key -> new LeaseTicket.Held(LimitNames.state(key), of.held().getFirst().permits())).toList();
        return new LeaseTicket(of.name(), of.domain(), held).encoded();
    }

    @Test
    void lease_whoseIdNamesStatesOfOtherLimits_changesNoneOfThem() {
        Claim leased = claim("faults", "leased", limit(Algorithm.CONCURRENCY, LIMIT), 3);
        LeaseTicket ticket = LeaseTicket.decoded(join(store.take(Claims.leased(leased))).lease().orElseThrow().id())
                .orElseThrow();
        for (Algorithm algorithm : Algorithm.values()) {
            Claim other = claim("faults", "other", limit(algorithm, LIMIT), 7);
            take(store, other);
            long left = remaining(store, other);
            for (String id : List.of(ticket(ticket, other.key()), ticket(ticket, leased.key(), other.key()))) {
                assertThat(join(store.renew(id))).as(algorithm.code()).isEmpty();
            }
            join(store.release(ticket(ticket, other.key())));
            assertThat(remaining(store, other)).as(algorithm.code()).isEqualTo(left);
        }
        assertThat(remaining(store, leased)).isEqualTo(LIMIT - 3);
    }

    @Test
    void lease_whoseIdNamesAStateTwice_isUnknown() {
        Claim leased = claim("faults", "leased", limit(Algorithm.CONCURRENCY, LIMIT), 3);
        String id = join(store.take(Claims.leased(leased))).lease().orElseThrow().id();
        String twice = ticket(LeaseTicket.decoded(id).orElseThrow(), leased.key(), leased.key());

        assertThat(join(store.renew(twice))).isEmpty();
        join(store.release(twice));
        assertThat(remaining(store, leased)).isEqualTo(LIMIT - 3);
        join(store.release(id));
        assertThat(remaining(store, leased)).isEqualTo(LIMIT);
    }

    @Test
    void concurrency_oneKeyOfTwoDroppedByTheServer_beginsAnew() {
        Claim claim = claim("faults", "dropped", limit(Algorithm.CONCURRENCY, LIMIT), 5);
        String name = name(prefix, claim.key());
        Lease first = join(store.take(Claims.leased(claim))).lease().orElseThrow();

        server().ask(redis -> redis.del(name));
        assertThat(remaining(store, claim)).isEqualTo(LIMIT);
        take(store, claim);
        assertThat(join(store.renew(first.id()))).isEmpty();
        Lease second = join(store.take(Claims.leased(claim))).lease().orElseThrow();
        join(store.release(first.id()));
        assertThat(remaining(store, claim)).isEqualTo(LIMIT - 10);

        server().ask(redis -> redis.del(LimitNames.leases(name)));
        assertThat(remaining(store, claim)).isEqualTo(LIMIT - 5);
        assertThat(join(store.renew(second.id()))).isEmpty();
        Lease third = join(store.take(Claims.leased(claim))).lease().orElseThrow();
        assertThat(remaining(store, claim)).isEqualTo(LIMIT - 10);
        join(store.release(third.id()));
        assertThat(remaining(store, claim)).isEqualTo(LIMIT - 5);
    }

    @Test
    void replica_promoted_goesOnWithWhatItHas() {
        try (RedisProcess replica = RedisProcess.start()) {
            Claim leased = claim("faults", "leased", limit(Algorithm.CONCURRENCY, LIMIT), 3);
            replica.ask(redis -> redis.replicaof("127.0.0.1", server().port()));
            Await.until("the replica follows", () -> replica.ask(redis -> redis.info("replication"))
                    .contains("master_link_status:up"));
            Lease lease = join(store.take(Claims.leased(leased, one))).lease().orElseThrow();
            Await.until("it has all", () -> replica.<Long>ask(redis -> redis.dbsize())
                    .equals(server().<Long>ask(redis -> redis.dbsize())));
            try (RateLimitStore other = RateLimitStores.open(replica.uri(), false, PATIENT, prefix)) {
                assertThatThrownBy(() -> take(other, one)).hasCauseInstanceOf(StoreUnavailableException.class);
                assertThat(remaining(other, one)).isEqualTo(LIMIT - 1);

                replica.ask(redis -> redis.replicaofNoOne());

                assertThat(take(other, one).limits().getFirst().remaining()).isEqualTo(LIMIT - 2);
                assertThat(join(other.renew(lease.id()))).isPresent();
                assertThat(remaining(other, leased)).isEqualTo(LIMIT - 3);
            }
        }
    }

    @Test
    void instances_comeAndGo_areCounted() {
        assertThat(store.instances()).isOne();
        Duration often = Duration.ofMillis(50);
        try (RateLimitStore first = RateLimitStores.open(server().uri(), false, PATIENT, prefix, often)) {
            try (RateLimitStore second = RateLimitStores.open(server().uri(), false, PATIENT, prefix, often)) {
                Await.until("both know", () -> first.instances() == 2 && second.instances() == 2);
            }
            Await.until("one is left", () -> first.instances() == 1);
            assertThat(keys()).hasSize(1).allSatisfy(key -> assertThat(server().<Long>ask(redis -> redis.pttl(key)))
                    .isPositive());
        }
        assertThat(keys()).isEmpty();
    }
}
