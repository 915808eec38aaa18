package io.tallygate.ratelimit.rules;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Orders of limits by how near they are. */
final class LimitOrder {

    private LimitOrder() {}

    /** A limit with what it is ordered by, each of which takes divisions to find out. */
    private record Ranked(LimitReport limit, double remaining, long reset) implements Comparable<Ranked> {

        private Ranked(LimitReport limit) {
            this(limit, remainingRatio(limit), limit.resetAfterNanos().orElse(0));
        }

        @Override
        public int compareTo(Ranked other) {
            int order = Boolean.compare(limit.allowed(), other.limit.allowed());
            order = order == 0 ? Double.compare(remaining, other.remaining) : order;
            return order == 0 ? Long.compare(other.reset, reset) : order;
        }
    }

    /**
     * Those that refuse first, then by what remains in proportion to the limit, a limit of 0 before all others, then the one
     * that is whole again last.
     */
    static List<LimitReport> tightestFirst(List<LimitReport> limits) {
        if (limits.size() < 2) {
            return limits;
        }
        List<Ranked> ranked = new ArrayList<>(limits.size());
        for (LimitReport limit : limits) {
            ranked.add(new Ranked(limit));
        }
        ranked.sort(null);
        List<LimitReport> ordered = new ArrayList<>(limits.size());
        for (Ranked limit : ranked) {
            ordered.add(limit.limit);
        }
        return ordered;
    }

    /** The first of those of which the least remains in proportion; null without any. */
    static @Nullable LimitReport leastRemaining(List<LimitReport> limits) {
        if (limits.size() < 2) {
            return limits.isEmpty() ? null : limits.getFirst();
        }
        LimitReport least = null;
        double leastRatio = 0;
        for (LimitReport limit : limits) {
            double ratio = remainingRatio(limit);
            if (least == null || ratio < leastRatio) {
                least = limit;
                leastRatio = ratio;
            }
        }
        return least;
    }

    private static double remainingRatio(LimitReport limit) {
        long requests = limit.rule().limit().requests();
        return requests == 0 ? 0 : (double) limit.remaining() / requests;
    }
}
