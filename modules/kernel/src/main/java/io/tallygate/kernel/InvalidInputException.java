package io.tallygate.kernel;

import java.util.Locale;

/** A value from outside breaks a rule: which field, what it held, and what would be right. Nothing was changed. */
public final class InvalidInputException extends RuntimeException {

    private static final long serialVersionUID = 1L;
    private static final int SHOWN_VALUE_MAX = 64;

    private final String field;
    private final String value;
    private final String rule;

    /**
     * @param field the input's name as its sender wrote it, such as {@code operations[3].delta}
     * @param value what it held; shortened to 64 characters, control characters escaped
     * @param rule  what would have been right, such as {@code "must be an integer"}
     */
    public InvalidInputException(String field, String value, String rule) {
        super(field + " " + rule, null, false, false);
        this.field = field;
        this.value = shown(value);
        this.rule = rule;
    }

    public String field() {
        return field;
    }

    public String value() {
        return value;
    }

    public String rule() {
        return rule;
    }

    /** The same complaint about the same value, seen from the outside of a structure, such as {@code operations[3].}. */
    public InvalidInputException within(String prefix) {
        return new InvalidInputException(prefix + field, value, rule);
    }

    private static String shown(String value) {
        var shown = new StringBuilder(Math.min(value.length(), SHOWN_VALUE_MAX) + 1);
        value.codePoints().limit(SHOWN_VALUE_MAX).forEach(c -> {
            if (Character.isISOControl(c) || Character.getType(c) == Character.SURROGATE) {
                shown.append(String.format(Locale.ROOT, "\\u%04x", c));
            } else {
                shown.appendCodePoint(c);
            }
        });
        return value.codePointCount(0, value.length()) > SHOWN_VALUE_MAX
                ? shown.append('…').toString()
                : shown.toString();
    }
}
