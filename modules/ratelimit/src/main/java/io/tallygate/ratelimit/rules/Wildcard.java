package io.tallygate.ratelimit.rules;

import java.util.regex.Pattern;

/** A pattern with any number of {@code *}, each of which stands for any characters or none. Immutable. */
final class Wildcard {

    private static final Pattern STAR = Pattern.compile("\\*");

    /** What stands between the stars, in order: two parts at least, each possibly empty. */
    private final String[] parts;
    /** The fewest characters in a text that matches. */
    private final int lengthMin;

    Wildcard(String pattern) {
        this.parts = STAR.split(pattern, -1);
        this.lengthMin = pattern.length() - (parts.length - 1);
    }

    static boolean isIn(String text) {
        return text.indexOf('*') >= 0;
    }

    /** Whether the pattern describes the whole text. Takes time proportional to the text for each star at most. */
    boolean matches(String text) {
        String first = parts[0];
        String last = parts[parts.length - 1];
        if (text.length() < lengthMin || !text.startsWith(first) || !text.endsWith(last)) {
            return false;
        }
        // The leftmost place for each part leaves the most room for those after it.
        int from = first.length();
        int to = text.length() - last.length();
        for (int i = 1; i < parts.length - 1; i++) {
            int found = text.indexOf(parts[i], from, to);
            if (found < 0) {
                return false;
            }
            from = found + parts[i].length();
        }
        return true;
    }
}
