package io.tallygate.ratelimit.rules;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Lengths of time as rules write them: {@code 90s}, {@code 1h30m}, {@code 500ms}, or {@code PT90S} as ISO 8601 does. */
final class Durations {

    private static final Map<String, Duration> UNITS = Map.of("ms", Duration.ofMillis(1), "s", Duration.ofSeconds(1),
            "m", Duration.ofMinutes(1), "h", Duration.ofHours(1), "d", Duration.ofDays(1));
    private static final Pattern PART = Pattern.compile("(\\d{1,12})(ms|s|m|h|d)");
    private static final Pattern PARTS = Pattern.compile("(" + PART.pattern() + ")+");

    private Durations() {}

    /** Empty when the text is no length of time. */
    static Optional<Duration> parse(String text) {
        try {
            if (text.startsWith("P")) {
                return Optional.of(Duration.parse(text));
            }
        } catch (DateTimeParseException | ArithmeticException e) {
            return Optional.empty();
        }
        if (!PARTS.matcher(text).matches()) {
            return Optional.empty();
        }
        Duration sum = Duration.ZERO;
        Matcher parts = PART.matcher(text);
        while (parts.find()) {
            Duration unit = UNITS.getOrDefault(parts.group(2), Duration.ZERO);
            sum = sum.plus(unit.multipliedBy(Long.parseLong(parts.group(1))));
        }
        return Optional.of(sum);
    }

    /** With the largest units that leave no fraction, such as {@code 1h30m}; the inverse of {@link #parse}. */
    static String text(Duration duration) {
        var text = new StringBuilder();
        append(text, duration.toDaysPart(), "d");
        append(text, duration.toHoursPart(), "h");
        append(text, duration.toMinutesPart(), "m");
        append(text, duration.toSecondsPart(), "s");
        append(text, duration.toMillisPart(), "ms");
        return text.toString();
    }

    private static void append(StringBuilder text, long count, String unit) {
        if (count != 0) {
            text.append(count).append(unit);
        }
    }
}
