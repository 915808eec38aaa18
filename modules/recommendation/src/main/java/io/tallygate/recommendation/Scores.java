package io.tallygate.recommendation;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How well items fit to those that a user touched. The weight of two items is their cosine, {@code n₁₂ / √(n₁ n₂)}: how many
 * histories both are in, by how many each is in. So what everybody touches does not win by that alone. Weights are added up
 * over the history.
 */
final class Scores {

    private static final Comparator<Recommended> BEST_FIRST = Comparator.comparingDouble(Recommended::score).reversed()
            .thenComparing(Recommended::resourceId);

    private Scores() {}

    /**
     * The items that fit best, none of which is in the history.
     *
     * @param items what is counted of each item of the history, in its order
     */
    static List<Recommended> best(History history, List<ItemCounts> items, int limit) {
        var sums = new HashMap<String, Double>();
        for (ItemCounts item : items) {
            for (Neighbours.Neighbour neighbour : item.neighbours()) {
                if (!history.has(neighbour.item())) {
                    sums.merge(neighbour.item(), cosine(item.users(), neighbour), Double::sum);
                }
            }
        }
        return best(sums, limit);
    }

    private static List<Recommended> best(Map<String, Double> sums, int limit) {
        return sums.entrySet().stream().filter(sum -> sum.getValue() > 0)
                .map(sum -> new Recommended(sum.getKey(), sum.getValue())).sorted(BEST_FIRST).limit(limit).toList();
    }

    /** From 0 to 1. What is counted of a neighbour may be older than the item's own count, and the reverse. */
    private static double cosine(long users, Neighbours.Neighbour neighbour) {
        long together = Math.min(neighbour.atLeast(), Math.min(users, neighbour.users()));
        return together <= 0 ? 0 : together / Math.sqrt((double) users * neighbour.users());
    }
}
