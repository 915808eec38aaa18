package io.tallygate.counter;

import io.tallygate.ledger.LedgerStore.Ranked;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The part of a window before its open bucket, added up and ranked once for all queries until that bucket closes.
 * Immutable after construction.
 */
final class WindowTotals {

    private final long number;
    private final Tally older;
    /** Resources with positive sums, best first: as many as a query can need beside those of the open bucket. */
    private final List<Ranked> best;

    WindowTotals(WindowBoard.Parts parts, int mapSize) {
        this.number = parts.number();
        this.older = new Tally(WindowBoard.MERGED_FACTOR * mapSize);
        parts.older().forEach(older::merge);
        var ranked = new ArrayList<Ranked>();
        older.forEach((resourceId, value) -> {
            if (value > 0) {
                ranked.add(new Ranked(resourceId, value));
            }
        });
        ranked.sort(Leaderboards.BEST_FIRST);
        // The open bucket knows at most mapSize resources by adds and as many by removes.
        this.best = List.copyOf(ranked.subList(0, Math.min(ranked.size(), Leaderboard.LIMIT_MAX + 2 * mapSize)));
    }

    long number() {
        return number;
    }

    /** The window's best, with what its open bucket holds. */
    List<Leaderboard.Entry> top(Tally recent, int limit) {
        Map<String, Long> candidates = new HashMap<>();
        recent.forEach((resourceId, value) -> candidates.put(resourceId, value + older.value(resourceId)));
        // Outside the open bucket nothing changed its place, and each of its resources can displace one.
        int needed = Math.min(best.size(), limit + candidates.size());
        best.subList(0, needed).forEach(row -> candidates.putIfAbsent(row.id(), row.value()));
        List<Ranked> ranked = candidates.entrySet().stream()
                .filter(candidate -> candidate.getValue() > 0)
                .map(candidate -> new Ranked(candidate.getKey(), candidate.getValue()))
                .sorted(Leaderboards.BEST_FIRST)
                .limit(limit)
                .toList();
        long error = Tally.plus(older.error(), recent.error());
        return Leaderboards.ranked(ranked, row -> error);
    }
}
