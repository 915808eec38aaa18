package io.tallygate.ratelimit.rules;

import io.tallygate.ratelimit.Algorithm;
import io.tallygate.ratelimit.Claim;
import io.tallygate.ratelimit.LimitDecision;
import io.tallygate.ratelimit.Window;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What one limit said of a request. Times are in nanoseconds from the decision.
 *
 * @param rule     the limit
 * @param allowed  whether it lets the request pass; a limit that only reports always does
 * @param claim    what was asked of it
 * @param decision what the store said; empty where the rule's {@code on_failure} alone decided
 */
public record LimitReport(RuleLimit rule, boolean allowed, Claim claim, Optional<LimitDecision> decision) {

    /** What a caller waits where nothing is known of the limit. */
    private static final long RETRY_NANOS = Duration.ofSeconds(1).toNanos();

    public String name() {
        return rule.name();
    }

    /** Whether the hits did not fit, also where that refuses nothing. */
    public boolean over() {
        return decision.isPresent() ? !decision.get().allowed() || decision.get().over() : !allowed;
    }

    /** How many more hits would pass now; where nothing is known, all or none. */
    public long remaining() {
        if (decision.isPresent()) {
            return decision.get().remaining();
        }
        return allowed ? rule.limit().requests() : 0;
    }

    /** The length of the window; none for {@code concurrency}. */
    public OptionalLong windowNanos() {
        if (rule.limit().algorithm() == Algorithm.CONCURRENCY) {
            return OptionalLong.empty();
        } else if (decision.isPresent()) {
            return OptionalLong.of(decision.get().windowNanos());
        }
        return rule.limit().window() instanceof Window.Length(Duration length)
                ? OptionalLong.of(length.toNanos())
                : OptionalLong.empty();
    }

    /** When the whole limit is there again, if nothing else is counted; none for leases, and where nothing is known. */
    public OptionalLong resetAfterNanos() {
        return decision.isPresent() ? decision.get().resetAfterNanos() : OptionalLong.empty();
    }

    /** When the same hits pass, if nothing else is counted; none when they passed, or never will. */
    public OptionalLong retryAfterNanos() {
        if (allowed) {
            return OptionalLong.empty();
        }
        return decision.isPresent() ? decision.get().retryAfterNanos() : OptionalLong.of(RETRY_NANOS);
    }

    /** Whether so many hits can never pass. */
    public boolean exceedsLimit() {
        return !allowed && decision.isPresent() && decision.get().exceedsLimit();
    }

    /** As {@link #retryAfterNanos}: 0 when the hits passed, {@link Long#MAX_VALUE} when they never will. */
    long waitNanos() {
        return exceedsLimit() ? Long.MAX_VALUE : retryAfterNanos().orElse(0);
    }
}
