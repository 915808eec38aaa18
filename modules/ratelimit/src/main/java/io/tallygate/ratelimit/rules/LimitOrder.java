package io.tallygate.ratelimit.rules;

import java.util.Comparator;

/** Orders of limits by how near they are. */
final class LimitOrder {

    /** By remaining in proportion to the limit; a limit of 0 is the nearest. */
    static final Comparator<LimitReport> BY_REMAINING = Comparator.comparingDouble(LimitOrder::remainingRatio);

    /** Those that refuse first, then by what remains, then the one that is whole again last. */
    static final Comparator<LimitReport> TIGHTEST_FIRST = Comparator.comparing(LimitReport::allowed)
            .thenComparing(BY_REMAINING)
            .thenComparing(Comparator.comparingLong(LimitOrder::reset).reversed());

    private LimitOrder() {}

    private static double remainingRatio(LimitReport limit) {
        long requests = limit.rule().limit().requests();
        return requests == 0 ? 0 : (double) limit.remaining() / requests;
    }

    private static long reset(LimitReport limit) {
        return limit.resetAfterNanos().orElse(0);
    }
}
