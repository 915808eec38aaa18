package io.tallygate.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.management.ManagementFactory;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** What the store in memory does beyond the kit: room, eviction, threads. */
class MemoryStoreTest {

    /** What the stripe takes, its first limits, and then so many bytes. */
    private static final int FIXED_BYTES = (16 << 10) + 800;

    private final TestClock clock = new TestClock();

    private MemoryStore store(int bytes) {
        return new MemoryStore(FIXED_BYTES + bytes, 1, KeyHash.random(new SecureRandom()), clock);
    }

    private static Claim claim(String user, Algorithm algorithm, long requests, Duration window, long hits) {
        Limit limit = Limit.of(algorithm, requests, new Window.Length(window), Precision.MEMORY);
        return Claim.of(LimitKey.of("test", List.of("user", user), limit), user, limit, hits);
    }

    private static Claim minute(String user, long hits) {
        return claim(user, Algorithm.FIXED_WINDOW, 10, Duration.ofMinutes(1), hits);
    }

    private static Claim hour(String user, long hits) {
        return claim(user, Algorithm.FIXED_WINDOW, 10, Duration.ofHours(1), hits);
    }

    private static LimitDecision take(MemoryStore store, Claim claim) {
        try {
            return store.take(RateLimitRequest.allOf(List.of(claim))).toCompletableFuture().join().limits().getFirst();
        } catch (CompletionException e) {
            if (e.getCause() instanceof LimitStoreFullException full) {
                throw full;
            }
            throw e;
        }
    }

    private static boolean holds(MemoryStore store, Claim claim) {
        Claim look = Claim.of(claim.key(), claim.name(), claim.limit(), 0);
        return take(store, look).remaining() < claim.limit().requests();
    }

    /** How many keys of an hour fill a store: those that it takes until one gives way, and the one for which it does. */
    private static int fill(MemoryStore store) {
        for (int user = 0;; user++) {
            long evictions = store.evictions();
            take(store, hour("filler " + user, 1));
            if (store.evictions() > evictions) {
                return user;
            }
        }
    }

    @Test
    void take_full_evictsTheKeyNearestItsReset() {
        MemoryStore store = store(20_000);
        List<Claim> minutes = List.of(minute("a", 1), minute("b", 1));
        minutes.forEach(claim -> take(store, claim));
        int keys = fill(store);
        assertThat(keys).isGreaterThan(100);

        assertThat(minutes.stream().filter(claim -> holds(store, claim))).hasSize(1);
        take(store, hour("one more", 1));
        assertThat(minutes).noneMatch(claim -> holds(store, claim));
        assertThat(store.evictions()).isEqualTo(2);
        assertThat(holds(store, hour("filler 0", 1))).isTrue();
        assertThat(holds(store, hour("one more", 1))).isTrue();
    }

    @Test
    void take_full_evictsWhatHasExpiredFirstAndDoesNotCountIt() {
        MemoryStore store = store(20_000);
        for (int i = 0; i < 50; i++) {
            take(store, minute("early " + i, 1));
        }
        fill(store);
        long evictions = store.evictions();
        clock.advance(Duration.ofMinutes(1));

        for (int i = 0; i < 45; i++) {
            take(store, hour("later " + i, 1));
        }

        assertThat(store.evictions()).isEqualTo(evictions);
        assertThat(holds(store, hour("filler 0", 1))).isTrue();
        assertThat(holds(store, hour("later 44", 1))).isTrue();
    }

    @Test
    void take_full_neverEvictsAKeyThatDenies() {
        MemoryStore store = store(20_000);
        List<Claim> denying = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            denying.add(minute("denied " + i, 10));
            take(store, denying.getLast());
        }
        fill(store);
        for (int i = 0; i < 500; i++) {
            take(store, hour("more " + i, 1));
        }

        assertThat(denying).allMatch(claim -> !take(store, claim).allowed());
        assertThat(store.evictions()).isGreaterThanOrEqualTo(500);
    }

    @Test
    void take_fullAfterTheClockWasSetBack_neverEvictsAKeyThatDeniesBecauseOfIt() {
        MemoryStore store = store(20_000);
        Claim ahead = minute("ahead", 1);
        take(store, ahead);
        clock.advance(Duration.ofMinutes(-10));
        fill(store);
        for (int i = 0; i < 200; i++) {
            take(store, hour("more " + i, 1));
        }

        assertThat(take(store, ahead).allowed()).isFalse();
        clock.advance(Duration.ofMinutes(1));
        assertThat(take(store, ahead).allowed()).isTrue();
    }

    @Test
    void take_listThatGrows_takesTheRoomOfOthersAndNotMore() {
        MemoryStore store = store(50_000);
        for (int i = 0; store.evictions() < 100; i++) {
            take(store, claim("" + i, Algorithm.SLIDING_LOG, 100, Duration.ofMinutes(1 + i % 3), 1));
        }
        Claim busy = claim("busy", Algorithm.SLIDING_LOG, 2_000, Duration.ofHours(1), 1);
        for (int i = 0; i < 2_000; i++) {
            clock.advance(1);
            assertThat(take(store, busy).allowed()).isTrue();
        }
        assertThat(take(store, busy).allowed()).isFalse();

        Claim larger = claim("larger", Algorithm.SLIDING_LOG, 10_000, Duration.ofHours(1), 1);
        assertThatThrownBy(() -> {
            for (int i = 0; i < 10_000; i++) {
                clock.advance(1);
                take(store, larger);
            }
        }).isInstanceOf(LimitStoreFullException.class);
        assertThat(take(store, busy).allowed()).isFalse();
        assertThat(store.bytes()).isLessThanOrEqualTo(FIXED_BYTES + 50_000);
    }

    @Test
    void take_fullOfKeysThatDeny_failsUntilOneDoesNot() {
        MemoryStore store = store(20_000);
        int denied = 0;
        while (store.refusals() == 0) {
            try {
                take(store, minute("denied " + denied++, 10));
            } catch (LimitStoreFullException full) {
                assertThat(full).hasMessageContaining("bytes");
            }
        }
        assertThatThrownBy(() -> take(store, hour("other", 1))).isInstanceOf(LimitStoreFullException.class);
        // Who is in can still be answered, and so can who asks for more than there is.
        assertThat(take(store, minute("denied 0", 1)).allowed()).isFalse();
        assertThat(take(store, hour("other", 11)).allowed()).isFalse();
        assertThat(take(store, hour("other", 0)).allowed()).isTrue();
        assertThat(store.refusals()).isEqualTo(2);
        assertThat(store.evictions()).isZero();

        clock.advance(Duration.ofMinutes(1));

        assertThat(take(store, hour("other", 1)).allowed()).isTrue();
        assertThat(store.evictions()).isZero();
    }

    @Test
    void take_fullAndAKeyThatDeniedIsForgotten_findsRoom() {
        MemoryStore store = store(20_000);
        take(store, hour("early", 10));
        int denied = 0;
        while (store.refusals() == 0) {
            try {
                take(store, minute("denied " + denied++, 10));
            } catch (LimitStoreFullException full) {
                // It is full now.
            }
        }
        store.reset(List.of(minute("denied 3", 1).key()));

        assertThat(take(store, hour("other", 1)).allowed()).isTrue();
        // The newcomer does not deny, and so gives way to the next.
        assertThat(take(store, hour("another", 1)).allowed()).isTrue();
        assertThat(store.evictions()).isEqualTo(1);
        assertThat(holds(store, hour("other", 1))).isFalse();
    }

    @Test
    void take_fullAndManyClaims_evictsNoneThatItAsksFor() {
        MemoryStore store = store(20_000);
        take(store, minute("nearest", 1));
        fill(store);
        take(store, minute("nearest", 1));

        store.take(RateLimitRequest.allOf(List.of(minute("nearest", 1), hour("new", 1), hour("newer", 1))))
                .toCompletableFuture().join();

        assertThat(holds(store, minute("nearest", 1))).isTrue();
        assertThat(holds(store, hour("new", 1))).isTrue();
        assertThat(holds(store, hour("newer", 1))).isTrue();
    }

    @Test
    void bytes_anyOperations_stayWithinTheBound() {
        long seed = Seeds.fresh("bytes");
        for (int run = 0; run < 30; run++) {
            var random = new SplittableRandom(seed + run);
            int bytes = 10_000 + random.nextInt(60_000);
            MemoryStore store = store(bytes);
            for (int i = 0; i < 4_000; i++) {
                clock.advance(Seeds.skewed(random, 1_000_000_000));
                Algorithm algorithm = List.of(Algorithm.values()).get(random.nextInt(5));
                Claim claim = claim("" + Seeds.skewed(random, 3_000), algorithm, 1 + random.nextInt(1_000),
                        Duration.ofMillis(Seeds.skewed(random, 100_000)), Seeds.skewed(random, 3));
                var request = new RateLimitRequest(List.of(claim), Counting.ALL_OR_NOTHING, random.nextInt(10) == 0,
                        random.nextBoolean());
                store.take(request);
                assertThat(store.bytes()).as("seed %d, operation %d", seed + run, i)
                        .isLessThanOrEqualTo(FIXED_BYTES + bytes);
            }
            assertThat(store.evictions()).isPositive();
        }
    }

    @Test
    void take_manyKeysThatExpire_doesNotGrow() {
        MemoryStore store = store(1 << 20);
        for (int second = 0; second < 10_000; second++) {
            take(store, claim("" + second, Algorithm.TOKEN_BUCKET, 10, Duration.ofMinutes(1), 1));
            clock.advance(Duration.ofSeconds(1));
        }

        assertThat(store.keys()).isLessThan(100);
        assertThat(store.evictions()).isZero();
    }

    @Test
    void take_tokenBucketOfAHashedKey_allocatesNothing() {
        MemoryStore store = store(20_000);
        Claim claim = claim("one", Algorithm.TOKEN_BUCKET, 1_000, Duration.ofSeconds(1), 1);
        var entry = store.entry(1, 2);
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        int takes = 20_000;
        int allowed = 0;
        long before = 0;
        for (int i = 0; i < 2 * takes; i++) {
            if (i == takes) {
                before = threads.getCurrentThreadAllocatedBytes();
            }
            clock.advance(1_000);
            allowed += store.take(1, 2, claim, false, false, entry) ? 1 : 0;
        }
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;

        assertThat(allowed).isBetween(1_000, 2 * takes);
        // What the measurement itself takes is counted once.
        assertThat(allocated).isLessThan(takes / 10);
    }

    @Test
    void take_twoThreadsOnOneKey_isExact() throws Exception {
        MemoryStore store = store(20_000);
        Claim claim = claim("shared", Algorithm.TOKEN_BUCKET, 100_000, Duration.ofHours(1), 1);
        Callable<Integer> taker = () -> {
            int allowed = 0;
            for (int i = 0; i < 70_000; i++) {
                allowed += take(store, claim).allowed() ? 1 : 0;
            }
            return allowed;
        };
        try (var threads = Executors.newFixedThreadPool(2)) {
            int allowed = 0;
            for (Future<Integer> one : threads.invokeAll(List.of(taker, taker))) {
                allowed += one.get();
            }
            assertThat(allowed).isEqualTo(100_000);
        }
    }

    @Test
    void take_threadsOnManyKeysAtOnce_countAllOrNothing() throws Exception {
        var store = new MemoryStore(1 << 20, 8, KeyHash.random(new SecureRandom()), clock);
        int users = 12;
        long seed = Seeds.fresh("many keys at once");
        Callable<long[]> taker = () -> {
            var random = new SplittableRandom(seed + Thread.currentThread().threadId());
            var counted = new long[users];
            for (int i = 0; i < 20_000; i++) {
                int[] chosen = random.ints(3, 0, users).toArray();
                var claims = new ArrayList<Claim>();
                for (int user : chosen) {
                    claims.add(claim("" + user, Algorithm.FIXED_WINDOW, 5_000 + user, Duration.ofHours(1), 1));
                }
                if (store.take(RateLimitRequest.allOf(claims)).toCompletableFuture().join().allowed()) {
                    for (int user : chosen) {
                        counted[user]++;
                    }
                }
            }
            return counted;
        };
        var sums = new long[users];
        try (var threads = Executors.newFixedThreadPool(3)) {
            for (Future<long[]> one : threads.invokeAll(List.of(taker, taker, taker))) {
                for (int user = 0; user < users; user++) {
                    sums[user] += one.get()[user];
                }
            }
        }
        for (int user = 0; user < users; user++) {
            LimitDecision look = take(store,
                    claim("" + user, Algorithm.FIXED_WINDOW, 5_000 + user, Duration.ofHours(1), 0));
            assertThat(look.used()).isEqualTo(sums[user]).isLessThanOrEqualTo(5_000 + user);
        }
    }

    @Test
    void store_tooSmall_isRefused() {
        assertThatThrownBy(() -> new MemoryStore(MemoryStore.BYTES_MIN - 1, clock)).hasMessageContaining("bytesMax");
        try (var store = new MemoryStore((256L << 20), clock)) {
            assertThat(store.precision()).isEqualTo(Precision.MEMORY);
            assertThat(store.keys()).isZero();
            assertThat(store.bytes()).isLessThan((256L << 20) / 10);
        }
    }
}
