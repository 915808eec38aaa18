package io.tallygate.counter;

import io.tallygate.ledger.LedgerStore;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What one process committed to one counter type within a window.
 *
 * @param sums     what was added to each resource, each once; negative when more was taken away
 * @param maxError how far each sum may be from the true one, either way, also that of a resource that is not listed,
 *                 which counts as 0
 */
public record WindowShare(List<LedgerStore.Ranked> sums, long maxError) {

    /** The leaderboard of several processes' shares: their sums, with their errors. */
    public static Leaderboard merged(List<WindowShare> shares, Window window, int limit, Instant asOf) {
        Map<String, Long> totals = new HashMap<>();
        long error = 0;
        for (WindowShare share : shares) {
            share.sums().forEach(sum -> totals.merge(sum.id(), sum.value(), WindowShare::plus));
            error = Tally.plus(error, share.maxError());
        }
        long maxError = error;
        List<LedgerStore.Ranked> best = totals.entrySet().stream()
                .filter(total -> total.getValue() > 0)
                .map(total -> new LedgerStore.Ranked(total.getKey(), total.getValue()))
                .sorted(Leaderboards.BEST_FIRST)
                .limit(limit)
                .toList();
        return new Leaderboard(window, Leaderboards.ranked(best, row -> maxError), asOf);
    }

    /** Never beyond the range: a sum of weights that great is wrong by its error anyway. */
    private static long plus(long one, long other) {
        long sum = one + other;
        return ((one ^ sum) & (other ^ sum)) < 0 ? one < 0 ? Long.MIN_VALUE : Long.MAX_VALUE : sum;
    }
}
