package io.tallygate.counter;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.tallygate.ledger.LedgerStore;
import io.tallygate.ledger.RowKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;

/** The windows of all types, within the bounds of {@link LeaderboardSettings}. As thread-safe as {@link Leaderboards}. */
final class WindowBoards {

    /** How many merged windows are kept for the next queries. */
    static final int MERGED_MAX = 16;

    private static final long CHECK_MILLIS = WindowRing.bucketMillis(Window.MINUTE);
    private static final long NEVER = -1;

    private final LeaderboardSettings settings;
    private final ConcurrentHashMap<String, WindowBoard> boards = new ConcurrentHashMap<>();
    private final Cache<MergedKey, WindowTotals> merged = Caffeine.newBuilder().maximumSize(MERGED_MAX)
            .executor(Runnable::run).build();
    private long checkedAt;

    /** A board that was dropped and begun again is another one; what was kept of the old one is pushed out in time. */
    private record MergedKey(Object board, Window window) {}

    WindowBoards(LeaderboardSettings settings) {
        this.settings = settings;
    }

    void added(RowKey counter, long delta, long nowMillis) {
        WindowBoard board = boards.get(counter.section());
        if (board == null) {
            board = boards.computeIfAbsent(
                    counter.section(), type -> new WindowBoard(settings.windowMapSize()));
            while (boards.size() > settings.windowTypesMax()) {
                dropIdlest(board);
            }
        }
        board.add(counter.id(), delta, nowMillis);
        long check = nowMillis / CHECK_MILLIS;
        if (check != checkedAt) {
            checkedAt = check;
            keepRowsBounded(board);
        }
    }

    /** The best of a window; empty when the type is not counted. */
    List<Leaderboard.Entry> top(String counterType, Window window, int limit, long nowMillis) {
        WindowBoard board = boards.get(counterType);
        if (board == null) {
            return List.of();
        }
        var key = new MergedKey(board.identity(), window);
        WindowTotals totals = merged.getIfPresent(key);
        var parts = board.parts(window, nowMillis, totals == null ? NEVER : totals.number());
        if (totals == null || totals.number() != parts.number()) {
            totals = new WindowTotals(parts, settings.windowMapSize());
            merged.put(key, totals);
        }
        return totals.top(parts.recent(), limit);
    }

    /** All that is known of a window; nothing when the type is not counted. */
    WindowShare share(String counterType, Window window, long nowMillis) {
        WindowBoard board = boards.get(counterType);
        if (board == null) {
            return new WindowShare(List.of(), 0);
        }
        var parts = board.parts(window, nowMillis, NEVER);
        var all = new Tally(WindowBoard.MERGED_FACTOR * settings.windowMapSize());
        parts.older().forEach(all::merge);
        all.merge(parts.recent());
        var sums = new ArrayList<LedgerStore.Ranked>();
        all.forEach((resourceId, value) -> sums.add(new LedgerStore.Ranked(resourceId, value)));
        return new WindowShare(List.copyOf(sums), all.error());
    }

    private void keepRowsBounded(WindowBoard newest) {
        long rows = 0;
        for (WindowBoard board : boards.values()) {
            rows += board.rows();
        }
        while (rows > settings.windowRowsMax() && boards.size() > 1) {
            rows -= dropIdlest(newest);
        }
    }

    /** @return how many rows that freed */
    private int dropIdlest(WindowBoard newest) {
        return boards.entrySet().stream()
                .filter(entry -> entry.getValue() != newest)
                .min(Comparator.comparingLong(entry -> entry.getValue().writtenAtMillis()))
                .map(entry -> {
                    boards.remove(entry.getKey());
                    return entry.getValue().rows();
                })
                .orElse(0);
    }

    /**
     * @param nowMillis  on the time line of the windows
     * @param wallMillis by the wall clock
     */
    byte[] toBytes(long nowMillis, long wallMillis) {
        Map<String, WindowBoard> latestFirst = new LinkedHashMap<>();
        boards.entrySet().stream()
                .sorted(Comparator
                        .comparingLong((Map.Entry<String, WindowBoard> entry) -> entry.getValue().writtenAtMillis())
                        .reversed())
                .forEach(entry -> latestFirst.put(entry.getKey(), entry.getValue()));
        return WindowSnapshot.encode(latestFirst, nowMillis, wallMillis, settings);
    }

    /** Returns where the time line of the windows goes on; empty when nothing could be restored. */
    OptionalLong restore(byte[] snapshot, long wallMillis) {
        Optional<WindowSnapshot> saved = WindowSnapshot.decode(snapshot, wallMillis, settings);
        saved.ifPresent(found -> found.boards().forEach(boards::putIfAbsent));
        return saved.map(found -> OptionalLong.of(found.nowMillis())).orElseGet(OptionalLong::empty);
    }
}
