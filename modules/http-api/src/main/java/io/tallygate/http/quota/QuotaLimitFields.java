package io.tallygate.http.quota;

import io.micronaut.http.MutableHttpResponse;
import io.tallygate.kernel.RateLimitFields;
import io.tallygate.quota.Decision;
import io.tallygate.quota.LimitState;
import io.tallygate.quota.Per;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;

/**
 * How limits stand, as {@link RateLimitFields} say it. A limit is named by its quota type and its period, and amounts are
 * rounded down to whole numbers, because the fields have no others.
 */
final class QuotaLimitFields {

    private static final long[] POWERS_OF_TEN = {1, 10, 100, 1_000, 10_000, 100_000, 1_000_000};

    private QuotaLimitFields() {}

    /** Sets both fields: of the limits that denied first, then of those with the least left. */
    static void set(MutableHttpResponse<?> response, Decision decision, Instant now) {
        List<RateLimitFields.Limit> limits = decision.limits().stream()
                .sorted(Comparator.comparing((LimitState limit) -> !limit.denied())
                        .thenComparingLong(limit -> whole(limit.remaining(), limit.scale())))
                .limit(RateLimitFields.LIMITS_MAX)
                .map(limit -> told(limit, now)).toList();
        response.header(RateLimitFields.POLICY, RateLimitFields.policy(limits));
        response.header(RateLimitFields.STATE, RateLimitFields.state(limits));
    }

    private static RateLimitFields.Limit told(LimitState limit, Instant now) {
        return new RateLimitFields.Limit(limit.quotaType() + '/' + limit.per(), whole(limit.limit(), limit.scale()),
                seconds(limit.per()), false, OptionalLong.of(whole(limit.remaining(), limit.scale())),
                limit.resetsAt().map(at -> OptionalLong.of(secondsUntil(at, now))).orElse(OptionalLong.empty()));
    }

    private static long whole(long units, int scale) {
        return units / POWERS_OF_TEN[scale];
    }

    /** How long a period is, where all are as long. */
    private static OptionalLong seconds(Per per) {
        return switch (per.unit()) {
            case MINUTE -> OptionalLong.of(60);
            case HOUR -> OptionalLong.of(3_600);
            case DAY -> OptionalLong.of(86_400);
            case WEEK -> OptionalLong.of(604_800);
            case DURATION -> OptionalLong.of(per.minutes() * 60L);
            case MONTH, YEAR, LIFETIME -> OptionalLong.empty();
        };
    }

    private static long secondsUntil(Instant at, Instant now) {
        return Math.max(0, Duration.between(now, at).plusNanos(999_999_999).toSeconds());
    }
}
