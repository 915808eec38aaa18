package io.tallygate.ratelimit;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What became of a request.
 *
 * @param allowed whether no enforced claim was denied
 * @param limits  one for each claim, in order
 * @param lease   for the permits that were taken, when the request asked for one
 * @param cached  whether this process remembered it, and did not ask its store
 */
public record RateLimitDecision(boolean allowed, Source source, List<LimitDecision> limits, Optional<Lease> lease,
        boolean cached) {

    /** One that a store made. */
    public RateLimitDecision(boolean allowed, Source source, List<LimitDecision> limits, Optional<Lease> lease) {
        this(allowed, source, limits, lease, false);
    }

    public RateLimitDecision {
        limits = List.copyOf(limits);
    }

    /** Whether the request can never pass as it is: some claim that denied it is larger than its limit. */
    public boolean exceedsLimit() {
        return limits.stream().anyMatch(limit -> limit.denies() && limit.exceedsLimit());
    }

    /**
     * In how many nanoseconds every claim that denied passes, if nothing else is counted. Empty when the request is allowed,
     * or can never be.
     */
    public OptionalLong retryAfterNanos() {
        if (exceedsLimit()) {
            return OptionalLong.empty();
        }
        return limits.stream().filter(LimitDecision::denies).map(LimitDecision::retryAfterNanos)
                .flatMapToLong(OptionalLong::stream).max();
    }
}
