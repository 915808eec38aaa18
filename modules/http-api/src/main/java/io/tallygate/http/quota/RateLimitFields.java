package io.tallygate.http.quota;

import io.micronaut.http.MutableHttpResponse;
import io.tallygate.quota.Decision;
import io.tallygate.quota.LimitState;
import io.tallygate.quota.Per;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.StringJoiner;

/**
 * How limits stand, as clients of any API read it: the fields {@code RateLimit-Policy} and {@code RateLimit} of the IETF draft
 * "RateLimit header fields for HTTP" (draft 11), which are lists of Structured Fields (RFC 9651). A limit is named by its quota
 * type and its period, and amounts are rounded down to whole numbers, because the draft has no others.
 */
final class RateLimitFields {

    private static final int LIMITS_MAX = 8;
    private static final int NAME_CHARACTERS_MAX = 128;
    private static final long[] POWERS_OF_TEN = {1, 10, 100, 1_000, 10_000, 100_000, 1_000_000};

    private RateLimitFields() {}

    /** Sets both fields: of the limits that denied first, then of those with the least left, at most {@value #LIMITS_MAX}. */
    static void set(MutableHttpResponse<?> response, Decision decision, Instant now) {
        List<LimitState> limits = decision.limits().stream()
                .sorted(Comparator.comparing((LimitState limit) -> !limit.denied())
                        .thenComparingLong(limit -> whole(limit.remaining(), limit.scale())))
                .limit(LIMITS_MAX).toList();
        var policies = new StringJoiner(", ");
        var states = new StringJoiner(", ");
        for (LimitState limit : limits) {
            String name = name(limit);
            policies.add(name + ";q=" + whole(limit.limit(), limit.scale()) + seconds(limit.per()).map(w -> ";w=" + w)
                    .orElse(""));
            states.add(name + ";r=" + whole(limit.remaining(), limit.scale())
                    + limit.resetsAt().map(at -> ";t=" + secondsUntil(at, now)).orElse(""));
        }
        response.header("RateLimit-Policy", policies.toString());
        response.header("RateLimit", states.toString());
    }

    private static long whole(long units, int scale) {
        return units / POWERS_OF_TEN[scale];
    }

    /** How long a period is, where all are as long. */
    private static Optional<Long> seconds(Per per) {
        return switch (per.unit()) {
            case MINUTE -> Optional.of(60L);
            case HOUR -> Optional.of(3_600L);
            case DAY -> Optional.of(86_400L);
            case WEEK -> Optional.of(604_800L);
            case DURATION -> Optional.of(per.minutes() * 60L);
            case MONTH, YEAR, LIFETIME -> Optional.empty();
        };
    }

    private static long secondsUntil(Instant at, Instant now) {
        return Math.max(0, Duration.between(now, at).plusNanos(999_999_999).toSeconds());
    }

    /** A string of Structured Fields: printable ASCII; every other byte of UTF-8 is percent-encoded. */
    private static String name(LimitState limit) {
        var name = new StringBuilder("\"");
        for (byte b : (limit.quotaType() + '/' + limit.per()).getBytes(StandardCharsets.UTF_8)) {
            if (b < 0x20 || b > 0x7e || b == '%') {
                name.append('%').append(HexFormat.of().toHexDigits(b).toUpperCase(Locale.ROOT));
            } else {
                if (b == '"' || b == '\\') {
                    name.append('\\');
                }
                name.append((char) b);
            }
            if (name.length() >= NAME_CHARACTERS_MAX) {
                break;
            }
        }
        return name.append('"').toString();
    }
}
