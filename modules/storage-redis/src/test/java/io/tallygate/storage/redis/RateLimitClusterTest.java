package io.tallygate.storage.redis;

import static io.tallygate.storage.redis.Claims.claim;
import static io.tallygate.storage.redis.Claims.limit;
import static io.tallygate.storage.redis.Claims.remaining;
import static io.tallygate.storage.redis.Claims.take;
import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.cluster.SlotHash;
import io.tallygate.kernel.Await;
import io.tallygate.kernel.StoreUnavailableException;
import io.tallygate.ratelimit.Algorithm;
import io.tallygate.ratelimit.Claim;
import io.tallygate.ratelimit.LimitKey;
import io.tallygate.ratelimit.RateLimitRequest;
import io.tallygate.ratelimit.RateLimitStore;
import io.tallygate.ratelimit.RateLimitStoreContract;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The kit of stores of rate limits on a cluster of three masters, and what a cluster may do meanwhile. */
final class RateLimitClusterTest extends RateLimitStoreContract {

    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final List<RedisClusterProcesses> CLUSTERS = new ArrayList<>();

    private final String prefix = Stores.freshPrefix();

    @BeforeAll
    static void startCluster() {
        CLUSTERS.add(new RedisClusterProcesses());
    }

    @AfterAll
    static void stopCluster() {
        CLUSTERS.forEach(RedisClusterProcesses::close);
        CLUSTERS.clear();
    }

    private static RedisProcess master(int i) {
        return CLUSTERS.getFirst().masters().get(i);
    }

    @Override
    protected RateLimitStore open(LongSupplier nanos) {
        return RateLimitStores.at(nanos, nanos, master(2).uri(), true);
    }

    @Override
    protected int operations() {
        return 1_000;
    }

    private RateLimitStore open() {
        return RateLimitStores.open(master(2).uri(), true, TIMEOUT, prefix);
    }

    private String name(LimitKey key) {
        return new LimitNames(prefix).name(LimitNames.domain(key.domain()), LimitNames.state(key));
    }

    @Test
    void take_keysOfOneDomain_shareASlotAndAreDecidedTogether() {
        try (RateLimitStore store = open()) {
            Claim[] claims = Stream.of(Algorithm.values()).map(algorithm -> claim("d", "u", limit(algorithm, 5), 2))
                    .toArray(Claim[]::new);

            assertThat(take(store, claims).allowed()).isTrue();

            assertThat(Stream.of(claims).map(claim -> SlotHash.getSlot(name(claim.key())))).containsOnly(
                    SlotHash.getSlot(name(claims[0].key())));
            store.reset(Stream.concat(Stream.of(claims), Stream.of(claim("e", "u", claims[0].limit(), 1)))
                    .map(Claim::key).toList()).toCompletableFuture().join();
            assertThat(remaining(store, claims[0])).isEqualTo(5);
        }
    }

    /** A domain whose keys the first master has. */
    private String domainOfTheFirst() {
        return Stream.iterate(0, i -> i + 1).map(i -> "domain" + i)
                .filter(domain -> SlotHash.getSlot(
                        name(Claims.key(domain, "u", limit(Algorithm.FIXED_WINDOW, 1)))) < SlotHash.SLOT_COUNT / 3)
                .findFirst().orElseThrow();
    }

    /** While a slot moves, a request of several keys may fail; none of what passed is forgotten. */
    @Test
    void take_slotOnItsWayToAnotherMaster_neverLetsMoreThanTheLimitPass() throws Exception {
        String domain = domainOfTheFirst();
        Claim window = claim(domain, "u", limit(Algorithm.FIXED_WINDOW, 1_000), 1);
        Claim log = claim(domain, "u", limit(Algorithm.SLIDING_LOG, 2_000), 1);
        int slot = SlotHash.getSlot(name(window.key()));
        var isMoved = new AtomicBoolean();
        try (RateLimitStore store = open(); ExecutorService threads = Executors.newFixedThreadPool(8)) {
            take(store, window, log);
            Callable<long[]> traffic = () -> {
                long passed = 0;
                long failed = 0;
                for (int i = 0; i < 100 || !isMoved.get(); i++) {
                    try {
                        passed += take(store, window, log).allowed() ? 1 : 0;
                    } catch (CompletionException e) {
                        assertThat(e).hasCauseInstanceOf(StoreUnavailableException.class);
                        failed++;
                    }
                }
                return new long[]{passed, failed};
            };
            List<Future<long[]>> running = Stream.generate(() -> threads.submit(traffic)).limit(8).toList();
            move(slot);
            isMoved.set(true);
            long passed = 1;
            for (Future<long[]> done : running) {
                passed += done.get()[0];
            }
            while (take(store, window, log).allowed()) {
                passed++;
            }

            assertThat(passed).isEqualTo(1_000);
            assertThat(remaining(store, window)).isZero();
            assertThat(remaining(store, log)).isEqualTo(1_000);
            assertThat(master(1).<List<String>>ask(redis -> redis.clusterGetKeysInSlot(slot, 10))).hasSize(2)
                    .allSatisfy(key -> assertThat(master(1).<Long>ask(redis -> redis.pttl(key))).isPositive());
        }
    }

    private static void move(int slot) {
        String from = master(0).ask(redis -> redis.clusterMyId());
        String to = master(1).ask(redis -> redis.clusterMyId());
        master(1).ask(redis -> redis.clusterSetSlotImporting(slot, from));
        master(0).ask(redis -> redis.clusterSetSlotMigrating(slot, to));
        for (String key : master(0).ask(redis -> redis.clusterGetKeysInSlot(slot, 100))) {
            master(0).ask(redis -> redis.migrate("127.0.0.1", master(1).port(), key, 0, 1_000));
        }
        for (int i = 0; i < 3; i++) {
            int master = i;
            master(master).ask(redis -> redis.clusterSetSlotNode(slot, to));
        }
    }

    @Test
    void take_masterGone_failsForItsDomainsAloneAndGoesOnAfterItsRestart() throws Exception {
        String domain = domainOfTheFirst();
        Claim claim = claim(domain, "v", limit(Algorithm.FIXED_WINDOW, 10), 1);
        try (RateLimitStore store = open()) {
            take(store, claim);
            master(0).kill();
            try {
                Await.until("the domain is lost",
                        () -> store.take(RateLimitRequest.allOf(List.of(claim))).toCompletableFuture()
                                .isCompletedExceptionally());
                Claim other = Stream.iterate(0, i -> i + 1).map(i -> claim("domain" + i, "v", claim.limit(), 1))
                        .filter(one -> SlotHash.getSlot(name(one.key())) > SlotHash.SLOT_COUNT / 3 + 1).findFirst()
                        .orElseThrow();
                assertThat(take(store, other).allowed()).isTrue();
            } finally {
                master(0).restart();
            }
            Await.until("it is back", () -> {
                try {
                    return remaining(store, claim) == 9;
                } catch (CompletionException e) {
                    return false;
                }
            });
        }
    }
}
