package io.tallygate.launcher;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a setting's value must be.
 *
 * @param right continues the sentence "must …"
 * @param holds whether a value is right
 * @param label a placeholder of its values for the command line's help, such as {@code N}
 */
public record Rule(String right, Predicate<String> holds, String label) {

    private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h)");

    public static Rule integer(long lowest, long highest) {
        return new Rule("be an integer from " + lowest + " to " + highest, value -> {
            try {
                long number = Long.parseLong(value);
                return number >= lowest && number <= highest;
            } catch (NumberFormatException e) {
                return false;
            }
        }, "N");
    }

    public static Rule duration(Duration shortest, Duration longest) {
        return new Rule("be a duration such as 500ms, 2s, 5m or 1h, from " + shown(shortest) + " to " + shown(longest),
                value -> parseDuration(value)
                        .filter(length -> length.compareTo(shortest) >= 0 && length.compareTo(longest) <= 0)
                        .isPresent(),
                "TIME");
    }

    public static Rule oneOf(String... values) {
        List<String> allowed = List.of(values);
        return new Rule("be " + (values.length == 2 ? "" : "one of ") + join(values), allowed::contains,
                String.join("|", values));
    }

    /**
     * A text of a regular form.
     *
     * @param right continues the sentence "must be …"
     */
    public static Rule matching(String regex, String right, String label) {
        return new Rule("be " + right, Pattern.compile(regex).asMatchPredicate(), label);
    }

    public static Rule text(String label) {
        return new Rule("not be empty", value -> !value.isBlank(), label);
    }

    /** A number with one of the units ms, s, m, h. */
    static Optional<Duration> parseDuration(String value) {
        Matcher duration = DURATION.matcher(value);
        if (!duration.matches()) {
            return Optional.empty();
        }
        long amount = Long.parseLong(duration.group(1));
        return Optional.of(switch (duration.group(2)) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            default -> Duration.ofHours(amount);
        });
    }

    private static String shown(Duration duration) {
        long millis = duration.toMillis();
        if (millis > 0 && millis % 3_600_000 == 0) {
            return millis / 3_600_000 + "h";
        }
        return millis > 0 && millis % 1000 == 0 ? millis / 1000 + "s" : millis + "ms";
    }

    private static String join(String... values) {
        int last = values.length - 1;
        return String.join(", ", Arrays.copyOf(values, last)) + " or " + values[last];
    }
}
