package io.tallygate.ratelimit.rules;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * What became of one descriptor of a {@link Check}.
 *
 * @param limits   what each of its limits said; none where nothing was counted
 * @param shadow   whether its rule only counts and reports
 * @param quota    whether it refuses only together with all other such descriptors of the request
 * @param metric   the series that it counts in; empty where no rule is for it
 * @param metadata what its rule says for callers
 */
public record DescriptorReport(Outcome outcome, List<LimitReport> limits, boolean shadow, boolean quota,
        Optional<MetricKey> metric, Map<String, @Nullable Object> metadata) {

    static final DescriptorReport NO_RULE = new DescriptorReport(Outcome.NO_RULE, List.of(), false, false,
            Optional.empty(), Map.of());

    /**
     * The one limit that says most: of those that refuse the one with the longest reset, else the one with the least
     * remaining of its limit. Empty where nothing was counted.
     */
    public Optional<LimitReport> decisive() {
        if (isWithin(limits)) {
            return Optional.ofNullable(LimitOrder.leastRemaining(limits));
        }
        return limits.stream().filter(limit -> !limit.allowed())
                .max(Comparator.comparingLong(limit -> limit.resetAfterNanos().orElse(0)));
    }

    /** Whether each of these limits lets the request pass. */
    static boolean isWithin(List<LimitReport> limits) {
        for (LimitReport limit : limits) {
            if (!limit.allowed()) {
                return false;
            }
        }
        return true;
    }

    boolean isCounted() {
        return !limits.isEmpty();
    }

    /**
     * How long until it is within its limits: the longest of what is said of each limit, and 0 without any.
     *
     * @param wait 0 for a limit that lets it pass, and {@link Long#MAX_VALUE} where so many hits never pass
     */
    long wait(ToLongFunction<LimitReport> wait) {
        long longest = 0;
        for (LimitReport limit : limits) {
            longest = Math.max(longest, wait.applyAsLong(limit));
        }
        return longest;
    }

    /** Whether a limit was passed only because the check was forced. */
    boolean isForced() {
        for (LimitReport limit : limits) {
            if (limit.decision().isPresent() && limit.decision().get().over()) {
                return true;
            }
        }
        return false;
    }

    /** Whether hits did not fit, also where that refuses nothing. */
    public boolean isBeyondLimit() {
        return limits.stream().anyMatch(LimitReport::over);
    }
}
