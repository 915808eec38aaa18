package io.tallygate.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How much memory a million keys take, as the collector of garbage sees it. */
class MemoryStoreBytesTest {

    private static final int KEYS = 1_000_000;
    private static final int BYTES_A_KEY_MAX = 120;
    private static final int LISTS = 60_000;

    @ParameterizedTest
    @EnumSource(names = {"FIXED_WINDOW", "TOKEN_BUCKET", "SLIDING_WINDOW"})
    void key_ofAMillion_takesAtMostWhatIsPromised(Algorithm algorithm) {
        var clock = new TestClock();
        Limit limit = Limit.of(algorithm, 100, new Window.Length(Duration.ofHours(1)), Precision.MEMORY);
        Claim claim = Claim.of(LimitKey.of("bytes", List.of(), limit), "bytes", limit, 1);
        long before = used();
        var store = new MemoryStore((256L << 20), clock);
        var random = new SplittableRandom(1);
        var entry = store.entry(0, 0);
        long most = 0;
        for (int key = 1; key <= KEYS; key++) {
            store.take(random.nextLong(), random.nextLong(), claim, false, false, entry);
            if (key >= KEYS / 2 && key % (KEYS / 10) == 0) {
                most = Math.max(most, (used() - before) / key);
            }
        }

        System.out.printf("%s: %d bytes a key at a million, at most %d from half a million on, %d by its own count%n",
                algorithm.code(), (used() - before) / KEYS, most, store.bytes() / KEYS);
        assertThat(store.keys()).isEqualTo(KEYS);
        assertThat(store.evictions()).isZero();
        assertThat(most).isLessThanOrEqualTo(BYTES_A_KEY_MAX);
        assertThat(used() - before).isLessThanOrEqualTo(store.bytes() + (8 << 20));
    }

    @ParameterizedTest
    @EnumSource(names = {"SLIDING_LOG", "CONCURRENCY"})
    void list_always_takesNoMoreThanIsCountedForIt(Algorithm algorithm) {
        var clock = new TestClock();
        Limit limit = Limit.of(algorithm, 10, new Window.Length(Duration.ofHours(1)), Precision.MEMORY);
        long before = used();
        var store = new MemoryStore((256L << 20), clock);
        var random = new SplittableRandom(1);
        for (int i = 0; i < 4 * LISTS; i++) {
            Claim claim = Claim.of(LimitKey.of("bytes", List.of("key", "" + random.nextInt(LISTS)), limit), "b", limit,
                    1);
            store.take(new RateLimitRequest(List.of(claim), Counting.EACH, false, random.nextBoolean()));
            clock.advance(1);
        }

        long taken = used() - before;
        System.out.printf("%s: %d bytes a key, %d by its own count%n", algorithm.code(), taken / store.keys(),
                store.bytes() / store.keys());
        assertThat(store.keys()).isGreaterThan(LISTS / 2);
        assertThat(taken).isLessThanOrEqualTo(store.bytes() + (8 << 20));
    }

    private static long used() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
