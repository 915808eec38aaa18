package io.tallygate.http;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How many requests may be handled at once.
 *
 * @param reads  of those that only read
 * @param writes of all others
 */
record ConcurrencyMax(int reads, int writes) {

    private static final Pattern NUMBERS = Pattern.compile("(\\d{1,7})\\s*,\\s*(\\d{1,7})");

    /** As the setting has it; empty for another text. */
    static Optional<ConcurrencyMax> parse(String text) {
        Matcher numbers = NUMBERS.matcher(text);
        if (!numbers.matches()) {
            return Optional.empty();
        }
        var max = new ConcurrencyMax(Integer.parseInt(numbers.group(1)), Integer.parseInt(numbers.group(2)));
        return max.reads < 1 || max.writes < 1 ? Optional.empty() : Optional.of(max);
    }
}
