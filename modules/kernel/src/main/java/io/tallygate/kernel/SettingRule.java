package io.tallygate.kernel;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a setting's value must be, and what it means.
 *
 * @param right  continues the sentence "must …"
 * @param parser makes the value of its text; empty for a text that breaks the rule
 * @param label  a placeholder of its values for a command line's help, such as {@code N}
 */
public record SettingRule<T>(String right, Function<String, Optional<T>> parser, String label) {

    private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h)");
    private static final Pattern MEBIBYTES = Pattern.compile("(\\d{1,6})(MiB|GiB)");

    /** An integer in a range, ends included. */
    public static SettingRule<Integer> integer(int lowest, int highest) {
        return new SettingRule<>("be an integer from " + lowest + " to " + highest, text -> {
            try {
                return Optional.of(Integer.parseInt(text)).filter(number -> number >= lowest && number <= highest);
            } catch (NumberFormatException e) {
                return Optional.empty();
            }
        }, "N");
    }

    /** A number with one of the units ms, s, m, h, in a range, ends included. */
    public static SettingRule<Duration> duration(Duration shortest, Duration longest) {
        return new SettingRule<>(
                "be a duration such as 500ms, 2s, 5m or 1h, from " + shown(shortest) + " to " + shown(longest),
                text -> parseDuration(text)
                        .filter(length -> length.compareTo(shortest) >= 0 && length.compareTo(longest) <= 0),
                "TIME");
    }

    /** A number of MiB or GiB, in a range, ends included, as bytes; or 0. */
    public static SettingRule<Long> bytes(long lowest, long highest) {
        return new SettingRule<>(
                "be a size such as 64MiB or 2GiB, from " + shown(lowest) + " to " + shown(highest) + ", or 0",
                text -> text.equals("0")
                        ? Optional.of(0L)
                        : parseBytes(text).filter(bytes -> bytes >= lowest && bytes <= highest),
                "SIZE");
    }

    /** Whether something is so. */
    public static SettingRule<Boolean> bool() {
        return new SettingRule<>("be true or false", text -> switch (text) {
            case "true" -> Optional.of(true);
            case "false" -> Optional.of(false);
            default -> Optional.empty();
        }, "true|false");
    }

    /** One of a few words. */
    public static SettingRule<String> oneOf(String... words) {
        List<String> allowed = List.of(words);
        return text("be " + (words.length == 2 ? "" : "one of ") + join(words), allowed::contains,
                String.join("|", words));
    }

    /**
     * A text of a regular form.
     *
     * @param right continues the sentence "must be …"
     */
    public static SettingRule<String> matching(String regex, String right, String label) {
        return text("be " + right, Pattern.compile(regex).asMatchPredicate(), label);
    }

    /** Any text that is not blank. */
    public static SettingRule<String> text(String label) {
        return text("not be empty", text -> !text.isBlank(), label);
    }

    /** The same rule for what its values are made into. */
    public <R> SettingRule<R> map(Function<T, R> making) {
        return new SettingRule<>(right, text -> parser.apply(text).map(making), label);
    }

    private static SettingRule<String> text(String right, Predicate<String> holds, String label) {
        return new SettingRule<>(right, text -> Optional.of(text).filter(holds), label);
    }

    private static Optional<Duration> parseDuration(String text) {
        Matcher duration = DURATION.matcher(text);
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

    private static Optional<Long> parseBytes(String text) {
        Matcher bytes = MEBIBYTES.matcher(text);
        if (!bytes.matches()) {
            return Optional.empty();
        }
        return Optional.of(Long.parseLong(bytes.group(1)) << (bytes.group(2).equals("GiB") ? 30 : 20));
    }

    private static String shown(long bytes) {
        return bytes % (1 << 30) == 0 ? (bytes >> 30) + "GiB" : (bytes >> 20) + "MiB";
    }

    private static String shown(Duration duration) {
        long millis = duration.toMillis();
        if (millis > 0 && millis % 3_600_000 == 0) {
            return millis / 3_600_000 + "h";
        }
        return millis > 0 && millis % 1000 == 0 ? millis / 1000 + "s" : millis + "ms";
    }

    private static String join(String... words) {
        int last = words.length - 1;
        return String.join(", ", Arrays.copyOf(words, last)) + " or " + words[last];
    }
}
