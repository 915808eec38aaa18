package io.tallygate.counter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tallygate.kernel.StoreUnavailableException;
import io.tallygate.ledger.LedgerStore;
import io.tallygate.ledger.RowKey;
import io.tallygate.ledger.SettableClock;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AllBoardTest {

    private static final LeaderboardSettings SMALL = new LeaderboardSettings(2, Leaderboard.LIMIT_MAX + 1,
            Duration.ofSeconds(5), 2, 64, 100_000, 1 << 20);

    private final SettableClock clock = new SettableClock();
    private RankingStore store = new RankingStore(false);
    private Leaderboards boards = new Leaderboards(store, clock, clock::nanos, SMALL);

    @Test
    void top_equalNegativeAndZeroValues_allListedTiesByResource() {
        commit("b", 5);
        commit("a", 5);
        commit("minus", -3);
        commit("zero", 1);
        commit("zero", -1);

        assertThat(top(10).entries()).containsExactly(
                new Leaderboard.Entry(1, "a", 5, 0),
                new Leaderboard.Entry(2, "b", 5, 0),
                new Leaderboard.Entry(3, "zero", 0, 0),
                new Leaderboard.Entry(4, "minus", -3, 0));
        assertThat(top(10).asOf()).isEqualTo(clock.instant());
        assertThat(boards.top("unknown", Window.ALL, 10).entries()).isEmpty();
    }

    @Test
    void top_laterCommitsAndResets_seenWithoutAskingTheStoreAgain() {
        commit("a", 5);
        top(1);
        commit("b", 6);
        commit("a", 2);
        commit("new", 9);
        reset("b");

        assertMatchesStore(10, "");
        assertThat(store.asked).isEqualTo(1);
    }

    @Test
    void top_listedOnesFallBelowThoseThatMadeRoom_storeAskedAgain() {
        top(1);
        for (int i = 0; i < 3_000; i++) {
            commit("r" + i, 10_000 - i);
        }
        assertMatchesStore(1_000, "after making room");
        assertThat(store.asked).isEqualTo(1);

        for (int i = 0; i < 300; i++) {
            reset("r" + i);
            commit("r" + (300 + i), -9_000);
        }
        assertMatchesStore(1_000, "after resets and decrements");
        assertThat(store.asked).isEqualTo(2);
        assertMatchesStore(1_000, "again");
        assertThat(store.asked).isEqualTo(2);
    }

    @Test
    void top_limitOutOfRange_refused() {
        assertThatThrownBy(() -> top(0)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("1 to 1000");
        assertThatThrownBy(() -> top(1001)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void top_storeDown_failsAndAnswersLater() {
        store.beforeAnswer = () -> {
            throw new StoreUnavailableException("down", new IOException());
        };
        assertThatThrownBy(() -> top(1)).isInstanceOf(StoreUnavailableException.class);
        store.beforeAnswer = () -> {};
        commit("a", 1);
        assertMatchesStore(1, "");
    }

    @Test
    void top_moreWrittenDuringEveryLoadThanCanBeNoted_unavailableNotWrong() {
        store.afterAnswer = () -> {
            for (int i = 0; i <= 100_000; i++) {
                boards.added(likes("r" + i), 1, 1, clock.instant());
            }
        };
        assertThatThrownBy(() -> top(1)).isInstanceOf(StoreUnavailableException.class);
        assertThat(store.asked).isEqualTo(3);
    }

    @Test
    void top_sharedStore_asksAgainWhenOldAndSaysHowOld() {
        store = new RankingStore(true);
        boards = new Leaderboards(store, clock, clock::nanos, SMALL);
        store.add(likes("a"), 1);
        top(10);
        store.add(likes("others"), 2);
        clock.advance(Duration.ofSeconds(5));

        assertThat(top(10).entries()).hasSize(1);
        assertThat(top(10).asOf()).isEqualTo(SettableClock.START);
        clock.advance(Duration.ofMillis(1));
        assertMatchesStore(10, "");
        assertThat(top(10).asOf()).isEqualTo(clock.instant());
        assertThat(store.asked).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(longs = {24, -24, 1, -1})
    void top_wallClockSetAndSetBackOnSharedStore_asksAgainAsOftenAsEver(long hours) {
        store = new RankingStore(true);
        boards = new Leaderboards(store, clock, clock::nanos, SMALL);
        clock.set(Duration.ofHours(hours));
        top(10);
        clock.set(Duration.ofHours(-hours));
        top(10);
        assertThat(store.asked).as("not old yet").isEqualTo(1);
        store.add(likes("others"), 2);
        clock.advance(Duration.ofMillis(5_001));
        assertMatchesStore(10, "");
        assertThat(top(10).asOf()).isEqualTo(clock.instant());
        assertThat(store.asked).isEqualTo(2);
    }

    @Test
    void top_moreTypesThanAllowed_leastRecentlyAskedMakesRoom() {
        for (String type : List.of("t1", "t2", "t1", "t3", "t1")) {
            boards.top(type, Window.ALL, 1);
        }
        assertThat(store.asked).isEqualTo(3);
        boards.top("t2", Window.ALL, 1);
        assertThat(store.asked).isEqualTo(4);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void top_randomStreamAroundCapacity_equalsStoreAtEveryStep(long seed) {
        var random = new Random(seed);
        int counters = seed % 2 == 0 ? 800 : 4000;
        for (int step = 0; step < 60; step++) {
            for (int i = 0; i < 400; i++) {
                randomCommit(random, counters, step);
            }
            assertMatchesStore(1 + random.nextInt(Leaderboard.LIMIT_MAX), "seed " + seed + " step " + step);
        }
        assertThat(store.asked).as("questions to the store, seed " + seed).isLessThan(40);
    }

    private void randomCommit(Random random, int counters, int step) {
        String resource = "r" + (int) (counters * Math.pow(random.nextDouble(), 2));
        if (random.nextInt(50) == 0) {
            reset(resource);
        } else {
            boolean shrinking = step % 20 > 15;
            commit(resource, random.nextInt(20) - (shrinking ? 15 : 5));
        }
    }

    /** The writer applies, then reports, one flush after the other; each may fall anywhere around the store's answer. */
    @Test
    void top_commitsAndResetsAnywhereDuringLoad_noStaleValueStays() {
        for (long seed = 0; seed < 3_000; seed++) {
            store = new RankingStore(false);
            boards = new Leaderboards(store, clock, clock::nanos, SMALL);
            var random = new Random(seed);
            var writer = new SteppedWriter(random);
            store.beforeAnswer = () -> writer.steps(random.nextInt(8));
            store.afterAnswer = () -> writer.steps(random.nextInt(8));
            writer.steps(random.nextInt(30));
            top(10);
            writer.finish();
            assertMatchesStore(10, "seed " + seed);
            writer.steps(random.nextInt(30));
            writer.finish();
            assertMatchesStore(10, "seed " + seed + ", after more commits");
            assertThat(store.asked).isEqualTo(1);
        }
    }

    /** Of a few counters, so that each is hit often. Even steps apply a flush, odd ones report it. */
    private final class SteppedWriter {
        private final Random random;
        private final Queue<Runnable> unreported = new ArrayDeque<>();

        SteppedWriter(Random random) {
            this.random = random;
        }

        void steps(int count) {
            for (int i = 0; i < count; i++) {
                if (unreported.isEmpty()) {
                    for (int rows = 1 + random.nextInt(3); rows > 0; rows--) {
                        apply();
                    }
                } else {
                    finish();
                }
            }
        }

        void apply() {
            RowKey counter = likes("r" + random.nextInt(5));
            if (random.nextInt(4) == 0) {
                store.remove(counter);
                unreported.add(() -> boards.reset(counter, clock.instant()));
            } else {
                long delta = random.nextInt(-10, 11);
                long value = store.add(counter, delta);
                unreported.add(() -> boards.added(counter, delta, value, clock.instant()));
            }
        }

        void finish() {
            unreported.forEach(Runnable::run);
            unreported.clear();
        }
    }

    /**
     * A reader must see, of every counter, at least what was reported before it asked. Readers that never pause take all
     * carrier threads, and must not hold up the writer all the same.
     */
    @Test
    void top_writerAndReadersAtOnce_reportedIsSeenAndOrderHolds() throws Exception {
        int counters = 1500;
        var reported = new AtomicLong[counters];
        for (int i = 0; i < counters; i++) {
            reported[i] = new AtomicLong();
        }
        var done = new AtomicBoolean();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var readers = IntStream.range(0, 4).boxed()
                    .map(reader -> CompletableFuture.runAsync(() -> {
                        do {
                            assertSeesReported(reported);
                        } while (!done.get());
                    }, threads))
                    .toList();
            var random = new Random(7);
            for (int i = 0; i < 200_000; i++) {
                int resource = (int) (counters * Math.pow(random.nextDouble(), 3));
                RowKey counter = likes("r" + resource);
                boards.added(counter, 1, store.add(counter, 1), clock.instant());
                reported[resource].incrementAndGet();
            }
            done.set(true);
            readers.forEach(CompletableFuture::join);
        }
        assertMatchesStore(1000, "seed 7");
    }

    private void assertSeesReported(AtomicLong[] reported) {
        var before = new long[10];
        for (int i = 0; i < before.length; i++) {
            before[i] = reported[i].get();
        }
        Leaderboard board = top(1000);
        long last = Long.MAX_VALUE;
        for (Leaderboard.Entry entry : board.entries()) {
            int resource = Integer.parseInt(entry.resourceId().substring(1));
            if (entry.value() > last || (resource < before.length && entry.value() < before[resource])) {
                throw new AssertionError(entry + " after " + last + ", reported before: " + Arrays.toString(before));
            }
            last = entry.value();
        }
    }

    private void assertMatchesStore(int limit, String description) {
        List<LedgerStore.Ranked> truth = store.best("likes", limit);
        assertThat(top(limit).entries())
                .as(description)
                .isEqualTo(Leaderboards.ranked(truth, row -> 0));
    }

    private Leaderboard top(int limit) {
        return boards.top("likes", Window.ALL, limit);
    }

    private void commit(String resource, long delta) {
        boards.added(likes(resource), delta, store.add(likes(resource), delta), clock.instant());
    }

    private void reset(String resource) {
        store.remove(likes(resource));
        boards.reset(likes(resource), clock.instant());
    }

    private static RowKey likes(String resource) {
        return CounterKey.of(resource, "likes");
    }
}
