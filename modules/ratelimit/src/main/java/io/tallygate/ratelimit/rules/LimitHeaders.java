package io.tallygate.ratelimit.rules;

import io.tallygate.kernel.RateLimitFields;
import io.tallygate.ratelimit.Algorithm;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Renders what a check found as fields of an HTTP answer, those of {@link RateLimitFields} or older ones. The limits that are
 * told are the tightest.
 */
public final class LimitHeaders {

    private static final long SECOND_NANOS = Duration.ofSeconds(1).toNanos();

    private LimitHeaders() {}

    /** Names and values of the fields, in the order in which to send them; none when no limit was counted. */
    public static Map<String, String> of(CheckResult result, HeaderStyle style) {
        Map<String, String> fields = new LinkedHashMap<>();
        OptionalLong retryAfter = retryAfterSeconds(result);
        List<LimitReport> limits = style == HeaderStyle.NONE ? List.of() : tightest(result);
        if (!limits.isEmpty()) {
            switch (style) {
                case DRAFT_11 -> draft11(fields, result, limits, retryAfter);
                case DRAFT_03 -> draft03(fields, result, limits, retryAfter);
                case NONE -> {
                }
            }
        }
        retryAfter.ifPresent(seconds -> fields.put("Retry-After", Long.toString(seconds)));
        return fields;
    }

    private static List<LimitReport> tightest(CheckResult result) {
        List<LimitReport> limits = LimitOrder.tightestFirst(result.announced());
        return limits.size() > RateLimitFields.LIMITS_MAX ? limits.subList(0, RateLimitFields.LIMITS_MAX) : limits;
    }

    /**
     * What {@code Retry-After} says, rounded up to whole seconds; a lease may be released long before it ends, so for
     * {@code concurrency} it is one. Empty when the check is allowed, or never will be.
     */
    public static OptionalLong retryAfterSeconds(CheckResult result) {
        long wait = result.allowed() ? Long.MAX_VALUE : result.wait(LimitHeaders::wait);
        return wait == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(seconds(wait));
    }

    private static long wait(LimitReport limit) {
        long wait = limit.waitNanos();
        boolean ends = wait != Long.MAX_VALUE && limit.rule().limit().algorithm() == Algorithm.CONCURRENCY;
        return ends ? Math.min(wait, SECOND_NANOS) : wait;
    }

    private static void draft11(Map<String, String> fields, CheckResult result, List<LimitReport> limits,
            OptionalLong retryAfter) {
        List<RateLimitFields.Limit> told = new ArrayList<>(limits.size());
        for (LimitReport limit : limits) {
            told.add(told(result, limit, retryAfter));
        }
        fields.put(RateLimitFields.POLICY, RateLimitFields.policy(told));
        String state = RateLimitFields.state(told);
        if (!state.isEmpty()) {
            fields.put(RateLimitFields.STATE, state);
        }
    }

    private static RateLimitFields.Limit told(CheckResult result, LimitReport limit, OptionalLong retryAfter) {
        boolean isKnown = limit.decision().isPresent();
        return new RateLimitFields.Limit(limit.name(), limit.rule().limit().requests(), windowSeconds(limit),
                limit.rule().limit().algorithm() == Algorithm.CONCURRENCY,
                isKnown ? OptionalLong.of(limit.remaining()) : OptionalLong.empty(),
                isKnown ? resetSeconds(result, limit, retryAfter) : OptionalLong.empty());
    }

    private static void draft03(Map<String, String> fields, CheckResult result, List<LimitReport> limits,
            OptionalLong retryAfter) {
        LimitReport tightest = limits.getFirst();
        var policies = new StringBuilder().append(tightest.rule().limit().requests());
        for (LimitReport limit : limits) {
            policies.append(", ").append(limit.rule().limit().requests());
            RateLimitFields.parameter(policies, "w", windowSeconds(limit));
            RateLimitFields.string(policies.append(";name="), limit.name());
        }
        fields.put("X-RateLimit-Limit", policies.toString());
        if (tightest.decision().isPresent()) {
            fields.put("X-RateLimit-Remaining", Long.toString(tightest.remaining()));
            resetSeconds(result, tightest, retryAfter)
                    .ifPresent(seconds -> fields.put("X-RateLimit-Reset", Long.toString(seconds)));
        }
    }

    /** When to come again: that of the whole answer when it refuses, else when this limit is whole again. */
    private static OptionalLong resetSeconds(CheckResult result, LimitReport limit, OptionalLong retryAfter) {
        return result.allowed() ? seconds(limit.resetAfterNanos()) : retryAfter;
    }

    private static OptionalLong windowSeconds(LimitReport limit) {
        return seconds(limit.windowNanos());
    }

    private static OptionalLong seconds(OptionalLong nanos) {
        return nanos.isPresent() ? OptionalLong.of(seconds(nanos.getAsLong())) : OptionalLong.empty();
    }

    private static long seconds(long nanos) {
        return Math.ceilDiv(nanos, SECOND_NANOS);
    }
}
