package io.tallygate.counter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tallygate.ledger.LedgerStore;
import io.tallygate.ledger.SettableClock;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class WindowBoardsTest {

    private static final List<Window> SLIDING = List.of(Window.MINUTE, Window.HOUR, Window.DAY);

    private final SettableClock clock = new SettableClock();
    private final List<Added> log = new ArrayList<>();
    private Leaderboards boards = boards(LeaderboardSettings.DEFAULT);

    private record Added(Instant at, String resource, long delta) {}

    @ParameterizedTest
    @EnumSource(value = Window.class, names = {"MINUTE", "HOUR", "DAY"})
    void top_timePasses_countedForItsLengthAndLessThanOneBucketMore(Window window) {
        Duration bucket = window.length().dividedBy(12);
        clock.advance(bucket.dividedBy(5));
        commit("a", 7);
        clock.advance(window.length());
        assertThat(top(window).entries()).containsExactly(new Leaderboard.Entry(1, "a", 7, 0));
        clock.advance(bucket.multipliedBy(4).dividedBy(5).minusMillis(1));
        assertThat(top(window).entries()).hasSize(1);
        clock.advance(Duration.ofMillis(1));
        assertThat(top(window).entries()).isEmpty();
    }

    @Test
    void top_sumsAtZeroOrBelow_notListed() {
        commit("a", 3);
        commit("a", -3);
        commit("b", -1);
        commit("c", 1);
        commit("d", 1);

        assertThat(top(Window.MINUTE).entries()).containsExactly(
                new Leaderboard.Entry(1, "c", 1, 0), new Leaderboard.Entry(2, "d", 1, 0));
        assertThat(top(Window.DAY).asOf()).isEqualTo(clock.instant());
    }

    @Test
    void top_counterReset_windowKeepsWhatWasCounted() {
        commit("a", 3);
        boards.reset(CounterKey.of("a", "views"), clock.instant());
        assertThat(top(Window.HOUR).entries()).containsExactly(new Leaderboard.Entry(1, "a", 3, 0));
    }

    /** As the first test here, with the wall clock somewhere else at each step. */
    @ParameterizedTest
    @CsvSource({"24, -24, 0", "-1, 1, 0", "-1, 0, 0", "24, 0, 0", "24, -48, 24", "-500000, 0, 500000"})
    void top_wallClockSet_windowsGoOnByTheTimeThatPassed(long first, long second, long third) {
        for (Window window : SLIDING) {
            boards = boards(LeaderboardSettings.DEFAULT);
            clock.advance(window.length().dividedBy(60));
            commit("a", 7);
            clock.set(Duration.ofHours(first));
            commit("b", 5);
            clock.advance(window.length().minusMillis(1));
            clock.set(Duration.ofHours(second));
            assertThat(top(window).entries()).as(window.label()).containsExactly(
                    new Leaderboard.Entry(1, "a", 7, 0), new Leaderboard.Entry(2, "b", 5, 0));
            assertThat(top(window).asOf()).isEqualTo(clock.instant());
            clock.set(Duration.ofHours(third));
            clock.advance(window.length().dividedBy(12).plusMillis(1));
            assertThat(top(window).entries()).as(window.label()).isEmpty();
        }
    }

    @Test
    void top_wallClockBefore1970_windowsGoOnByTheTimeThatPassed() {
        clock.set(Duration.ofDays(-30_000));
        boards = boards(LeaderboardSettings.DEFAULT);
        commit("a", 7);
        clock.advance(Duration.ofSeconds(65));
        assertThat(top(Window.MINUTE).entries()).isEmpty();
        assertThat(top(Window.HOUR).entries()).hasSize(1);
    }

    @Test
    void restore_wallClockCorrectedDuringTheRun_agesByWhatPassedSince() {
        clock.set(Duration.ofDays(-20_000));
        boards = boards(LeaderboardSettings.DEFAULT);
        commit("a", 7);
        clock.set(Duration.ofDays(20_000));
        clock.advance(Duration.ofMinutes(3));
        restart();
        clock.advance(Duration.ofMinutes(56));
        assertThat(top(Window.HOUR).entries()).containsExactly(new Leaderboard.Entry(1, "a", 7, 0));
        clock.advance(Duration.ofMinutes(6));
        assertThat(top(Window.HOUR).entries()).isEmpty();
        assertThat(top(Window.DAY).entries()).hasSize(1);
    }

    @Test
    void restore_wallClockSetBackMeanwhile_dropsWindowsWithShorterBuckets() {
        commit("a", 7);
        clock.advance(Duration.ofMinutes(6));
        commit("a", 5);
        byte[] saved = boards.toBytes();
        for (long backMillis : new long[]{5_000, 5_001, 300_000, 300_001, 7_200_000, 7_200_001}) {
            clock.set(Duration.ofMillis(-backMillis));
            var restarted = boards(LeaderboardSettings.DEFAULT);
            assertThat(restarted.restore(saved)).isTrue();
            for (Window window : SLIDING) {
                boolean kept = backMillis <= window.length().toMillis() / 12;
                assertThat(restarted.top("views", window, 1).entries()).as("%s ms, %s", backMillis, window)
                        .hasSize(kept ? 1 : 0);
            }
            clock.set(Duration.ofMillis(backMillis));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {24, 1})
    void restore_wallClockAheadWhenSaved_nothingIsFrozen(long hours) {
        commit("old", 7);
        clock.set(Duration.ofHours(hours));
        boards = boards(LeaderboardSettings.DEFAULT);
        commit("ahead", 7);
        restartAfterSetting(Duration.ofHours(-hours));
        commit("new", 1);
        for (Window window : SLIDING) {
            assertThat(top(window).entries().getLast()).as(window.label())
                    .extracting(Leaderboard.Entry::resourceId, Leaderboard.Entry::value).containsExactly("new", 1L);
        }
        clock.advance(Duration.ofSeconds(65));
        assertThat(top(Window.MINUTE).entries()).isEmpty();
    }

    /** Written by a version whose buckets followed the wall clock: within the run it was a day ahead once, and came back. */
    @Test
    void restore_snapshotOfVersion1WithBucketsFromTheFuture_dropsThemAndGoesOn() throws IOException {
        assertThat(boards.restore(resource("leaderboards-1-ahead.snapshot"))).isTrue();
        for (Window window : SLIDING) {
            assertThat(top(window).entries()).as(window.label()).extracting(Leaderboard.Entry::resourceId)
                    .doesNotContain("ahead");
        }
        commit("new", 1);
        assertThat(top(Window.MINUTE).entries()).containsExactly(new Leaderboard.Entry(1, "new", 1, 0));
        clock.advance(Duration.ofSeconds(65));
        assertThat(top(Window.MINUTE).entries()).isEmpty();
    }

    @Test
    void restore_snapshotOfVersion1_sameAnswers() throws IOException {
        clock.advance(Duration.ofMinutes(7));
        assertThat(boards.restore(resource("leaderboards-1.snapshot"))).isTrue();
        assertThat(top(Window.MINUTE).entries()).containsExactly(new Leaderboard.Entry(1, "late", 2, 0));
        for (Window window : List.of(Window.HOUR, Window.DAY)) {
            assertThat(top(window).entries()).as(window.label()).containsExactly(
                    new Leaderboard.Entry(1, "early", 5, 0), new Leaderboard.Entry(2, "late", 2, 0));
        }
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream file = Objects.requireNonNull(WindowBoardsTest.class.getResourceAsStream(name))) {
            return file.readAllBytes();
        }
    }

    private void restart() {
        restartAfterSetting(Duration.ZERO);
    }

    private void restartAfterSetting(Duration by) {
        byte[] saved = boards.toBytes();
        clock.set(by);
        boards = boards(LeaderboardSettings.DEFAULT);
        assertThat(boards.restore(saved)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void top_fewerResourcesThanCapacity_exactInEveryWindow(long seed) {
        var random = new Random(seed);
        for (int step = 0; step < 1_500; step++) {
            for (int i = random.nextInt(40); i > 0; i--) {
                commit("r" + (int) (600 * Math.pow(random.nextDouble(), 2)),
                        random.nextInt(1, 30) - (i % 3 == 0 ? 30 : 0));
            }
            clock.advance(
                    Duration.ofMillis(random.nextInt(10) == 0 ? random.nextInt(1_200_000) : random.nextInt(3_000)));
            if (step % 25 == 0) {
                int limit = 1 + random.nextInt(100);
                for (Window window : SLIDING) {
                    assertThat(boards.top("views", window, limit).entries())
                            .as("seed " + seed + " step " + step + " " + window)
                            .isEqualTo(Leaderboards.ranked(truth(window).entrySet().stream()
                                    .filter(entry -> entry.getValue() > 0)
                                    .map(entry -> new LedgerStore.Ranked(entry.getKey(), entry.getValue()))
                                    .sorted(Leaderboards.BEST_FIRST).limit(limit).toList(), row -> 0));
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void top_skewedStreamAboveCapacity_withinStatedErrorAndNoLargeOneMissing(long seed) {
        boards = boards(withWindows(10, 64, 1_000_000));
        var random = new Random(seed);
        boolean erred = false;
        for (int step = 0; step < 200; step++) {
            for (int i = 0; i < 500; i++) {
                int rank = (int) Math.pow(2_000, random.nextDouble());
                commit("r" + rank, random.nextInt(20) == 0 ? -random.nextInt(1, 4) : random.nextInt(1, 6));
            }
            clock.advance(Duration.ofMillis(random.nextInt(step % 10 == 0 ? 600_000 : 8_000)));
            if (step % 10 == 9) {
                for (Window window : SLIDING) {
                    erred |= assertWithinError(window, "seed " + seed + " step " + step + " " + window) > 0;
                }
            }
        }
        assertThat(erred).as("the stream exceeds the capacity").isTrue();
    }

    private long assertWithinError(Window window, String description) {
        Map<String, Long> truth = truth(window);
        var entries = boards.top("views", window, 20).entries();
        long error = entries.isEmpty() ? 0 : entries.getFirst().maxError();
        var listed = new ArrayList<String>();
        for (Leaderboard.Entry entry : entries) {
            listed.add(entry.resourceId());
            assertThat(Math.abs(entry.value() - truth.getOrDefault(entry.resourceId(), 0L)))
                    .as(description + " " + entry).isLessThanOrEqualTo(entry.maxError());
        }
        long last = entries.size() < 20 ? 0 : entries.getLast().value();
        truth.forEach((resource, value) -> {
            if (value > last + error) {
                assertThat(listed).as(description).contains(resource);
            }
        });
        return error;
    }

    @Test
    void top_sumsBeyondTheRange_boundedWithAnErrorThatSaysSo() {
        for (int i = 0; i < 10; i++) {
            commit("a", 1L << 61);
            commit("b", -(1L << 61));
            clock.advance(Duration.ofSeconds(5));
        }
        assertThat(boards.top("views", Window.DAY, 1).entries()).singleElement().satisfies(entry -> {
            assertThat(entry.value()).isPositive();
            assertThat(entry.maxError()).isEqualTo(Long.MAX_VALUE);
        });
    }

    @Test
    void added_moreTypesThanAllowed_leastRecentlyWrittenDropped() {
        boards = boards(withWindows(2, 64, 1_000_000));
        for (String type : List.of("t1", "t2", "t1", "t3")) {
            boards.added(CounterKey.of("a", type), 1, 1, clock.instant());
            clock.advance(Duration.ofMillis(1));
        }
        assertThat(boards.top("t1", Window.MINUTE, 1).entries()).hasSize(1);
        assertThat(boards.top("t2", Window.MINUTE, 1).entries()).isEmpty();
        assertThat(boards.top("t3", Window.MINUTE, 1).entries()).hasSize(1);
    }

    @Test
    void added_moreRowsThanAllowed_leastRecentlyWrittenTypesDropped() {
        boards = boards(withWindows(10, 64, 60));
        for (String type : List.of("t1", "t2")) {
            for (int i = 0; i < 40; i++) {
                boards.added(CounterKey.of("r" + i, type), 1, 1, clock.instant());
            }
            clock.advance(Duration.ofSeconds(5));
        }
        boards.added(CounterKey.of("r", "t2"), 1, 1, clock.instant());
        assertThat(boards.top("t1", Window.HOUR, 1).entries()).isEmpty();
        assertThat(boards.top("t2", Window.HOUR, 1).entries()).hasSize(1);
    }

    @Test
    void top_droppedTypeWrittenAgain_beginsFromNothing() {
        boards = boards(withWindows(1, 64, 1_000_000));
        boards.added(CounterKey.of("a", "t1"), 5, 5, clock.instant());
        boards.top("t1", Window.MINUTE, 1);
        boards.added(CounterKey.of("a", "t2"), 5, 5, clock.instant());
        boards.added(CounterKey.of("a", "t1"), 1, 6, clock.instant());
        assertThat(boards.top("t1", Window.MINUTE, 1).entries()).containsExactly(new Leaderboard.Entry(1, "a", 1, 0));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void restore_afterRestart_windowsGoOnWithTheSameErrors(long seed) {
        var settings = withWindows(10, 64, 1_000_000);
        boards = boards(settings);
        var random = new Random(seed);
        for (int i = 0; i < 40_000; i++) {
            commit("r" + (int) Math.pow(500, random.nextDouble()), random.nextInt(5) - 1);
            clock.advance(Duration.ofMillis(random.nextInt(500)));
        }
        Leaderboards before = boards;
        boards = boards(settings);
        assertThat(boards.restore(before.toBytes())).isTrue();
        for (Window window : SLIDING) {
            assertWithinError(window, "seed " + seed + " " + window);
        }
        commit("late", 1_000_000);
        clock.advance(Duration.ofMinutes(50));
        assertThat(boards.top("views", Window.HOUR, 1).entries().getFirst().resourceId()).isEqualTo("late");
        clock.advance(Duration.ofHours(26));
        SLIDING.forEach(window -> assertThat(top(window).entries()).as(window.label()).isEmpty());
    }

    @Test
    void restore_exactWindows_sameAnswers() {
        for (int i = 0; i < 2_000; i++) {
            commit("r" + i % 300, i % 7 - 1);
            clock.advance(Duration.ofMillis(4_321));
        }
        var restarted = boards(LeaderboardSettings.DEFAULT);
        assertThat(restarted.restore(boards.toBytes())).isTrue();
        for (Window window : SLIDING) {
            assertThat(restarted.top("views", window, 50)).isEqualTo(boards.top("views", window, 50));
        }
    }

    @Test
    void restore_damagedOrForeignBytes_ignored() {
        commit("a", 1);
        byte[] bytes = boards.toBytes();
        var restarted = boards(LeaderboardSettings.DEFAULT);
        for (int i = 0; i < bytes.length; i++) {
            byte[] damaged = bytes.clone();
            damaged[i] ^= 4;
            assertThat(restarted.restore(damaged)).as("byte " + i).isFalse();
            assertThat(restarted.restore(Arrays.copyOf(bytes, i))).as("first " + i).isFalse();
        }
        assertThat(restarted.top("views", Window.DAY, 1).entries()).isEmpty();
    }

    @Test
    void toBytes_moreThanAllowed_leastRecentlyWrittenTypesLeftOut() {
        var settings = new LeaderboardSettings(1, 2_000, Duration.ZERO, 10, 64, 1_000_000, 2_000);
        boards = boards(settings);
        for (String type : List.of("t1", "t2", "t3")) {
            boards.added(CounterKey.of("a", type), 1, 1, clock.instant());
            clock.advance(Duration.ofMillis(1));
        }
        assertThat(boards.toBytes()).hasSizeLessThanOrEqualTo(2_000);
        var restarted = boards(settings);
        assertThat(restarted.restore(boards.toBytes())).isTrue();
        assertThat(restarted.top("t3", Window.DAY, 1).entries()).hasSize(1);
        assertThat(restarted.top("t1", Window.DAY, 1).entries()).isEmpty();
    }

    @Test
    void settings_outOfRange_refusedByName() {
        assertThatThrownBy(() -> withWindows(1, 100, 1)).hasMessageContaining("windowMapSize: 100");
        assertThatThrownBy(() -> withWindows(0, 64, 1)).hasMessageContaining("windowTypesMax");
    }

    /** All in one bucket or another of the day: a reader sees at least what was reported before it asked. */
    @Test
    void top_writerAndReadersAtOnce_reportedIsSeen() {
        var reported = new AtomicLong();
        var done = new AtomicBoolean();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var readers = SLIDING.stream().map(window -> CompletableFuture.runAsync(() -> {
                do {
                    long before = reported.get();
                    long seen = boards.top("views", Window.DAY, 10).entries().stream()
                            .mapToLong(Leaderboard.Entry::value).sum();
                    long after = reported.get() + 1;
                    if (seen < before || seen > after) {
                        throw new AssertionError(seen + " seen, reported " + before + " to " + after);
                    }
                    boards.top("views", window, 10);
                } while (!done.get());
            }, threads)).toList();
            for (int i = 0; i < 200_000; i++) {
                boards.added(CounterKey.of("r" + i % 10, "views"), 1, 1, clock.instant());
                reported.incrementAndGet();
                clock.advance(Duration.ofMillis(i % 3));
            }
            done.set(true);
            readers.forEach(CompletableFuture::join);
        }
    }

    private Map<String, Long> truth(Window window) {
        long bucket = window.length().toMillis() / 12;
        long since = (clock.millis() / bucket - 12) * bucket;
        var sums = new HashMap<String, Long>();
        for (int i = log.size() - 1; i >= 0 && log.get(i).at().toEpochMilli() >= since; i--) {
            sums.merge(log.get(i).resource(), log.get(i).delta(), Long::sum);
        }
        return sums;
    }

    private void commit(String resource, long delta) {
        log.add(new Added(clock.instant(), resource, delta));
        boards.added(CounterKey.of(resource, "views"), delta, 0, clock.instant());
    }

    private Leaderboard top(Window window) {
        return boards.top("views", window, 10);
    }

    private Leaderboards boards(LeaderboardSettings settings) {
        return new Leaderboards(new RankingStore(false), clock, clock::nanos, settings);
    }

    private static LeaderboardSettings withWindows(int typesMax, int mapSize, int rowsMax) {
        return new LeaderboardSettings(1, 2_000, Duration.ZERO, typesMax, mapSize, rowsMax, 1 << 20);
    }
}
