package io.tallygate.quota;

import io.tallygate.kernel.InvalidInputException;

/**
 * An exact decimal as a caller wrote it: {@code unscaled / 10^scale}, in lowest terms. {@code 1.50} is 15 at scale 1. It
 * becomes what is stored, a whole number of a quota type's smallest units, once the quota type's scale is known
 * ({@link #units}).
 *
 * @param unscaled from {@code -}{@link #UNITS_MAX} to {@link #UNITS_MAX}
 * @param scale    how many fraction digits its value has, 0 to {@link #SCALE_MAX}
 */
public record Amount(long unscaled, int scale) {

    /** The most units in an amount, whatever its sign: up to here a 64-bit binary fraction is exact, too. */
    public static final long UNITS_MAX = 1L << 53;

    /** The most fraction digits that a quota type can have. */
    public static final int SCALE_MAX = 6;

    private static final long[] POWERS_OF_TEN = {1, 10, 100, 1_000, 10_000, 100_000, 1_000_000};

    /**
     * Reads a number as JSON spells it, but for exponents: {@code 0}, {@code -12}, {@code 1.50}. Zeros at the end of its
     * fraction do not count.
     *
     * @throws InvalidInputException naming {@code field} when it is spelt otherwise, or fits no scale
     */
    public static Amount parse(String field, String text) {
        int start = text.startsWith("-") ? 1 : 0;
        int integerEnd = digitsEnd(text, start);
        boolean fraction = integerEnd < text.length() && text.charAt(integerEnd) == '.';
        int end = fraction ? digitsEnd(text, integerEnd + 1) : integerEnd;
        requireNumber(field, text, start, integerEnd, end, fraction);
        while (fraction && text.charAt(end - 1) == '0') {
            end--;
        }
        int scale = Math.max(0, end - integerEnd - 1);
        if (scale > SCALE_MAX) {
            throw new InvalidInputException(field, text, fractionRule(SCALE_MAX));
        }
        long unscaled = 0;
        for (int i = start; i < end; i++) {
            if (i != integerEnd) {
                unscaled = unscaled * 10 + (text.charAt(i) - '0');
                if (unscaled > UNITS_MAX) {
                    throw new InvalidInputException(field, text, rangeRule(scale));
                }
            }
        }
        return new Amount(start == 1 ? -unscaled : unscaled, scale);
    }

    private static int digitsEnd(String text, int from) {
        int end = from;
        while (end < text.length() && text.charAt(end) >= '0' && text.charAt(end) <= '9') {
            end++;
        }
        return end;
    }

    private static void requireNumber(String field, String text, int start, int integerEnd, int end,
            boolean fraction) {
        boolean digits = integerEnd > start && (!fraction || end > integerEnd + 1);
        if (digits && end < text.length() && (text.charAt(end) == 'e' || text.charAt(end) == 'E')) {
            throw new InvalidInputException(field, text, "must be written without an exponent");
        }
        boolean leadingZero = integerEnd - start > 1 && text.charAt(start) == '0';
        if (!digits || leadingZero || end < text.length()) {
            throw new InvalidInputException(field, text, "must be a decimal number such as 12 or 0.5");
        }
    }

    /**
     * How many units of a scale it is.
     *
     * @param field   what the amount is called where it came from
     * @param ofScale 0 to {@link #SCALE_MAX}
     * @throws InvalidInputException naming {@code field} when it has more fraction digits, or is too many units
     */
    public long units(String field, int ofScale) {
        if (scale > ofScale) {
            throw new InvalidInputException(field, toString(), fractionRule(ofScale));
        }
        long factor = POWERS_OF_TEN[ofScale - scale];
        if (Math.abs(unscaled) > UNITS_MAX / factor) {
            throw new InvalidInputException(field, toString(), rangeRule(ofScale));
        }
        return unscaled * factor;
    }

    /**
     * The same amount, which must be greater than 0.
     *
     * @throws InvalidInputException naming {@code field} when it is not
     */
    public Amount requirePositive(String field) {
        if (unscaled <= 0) {
            throw new InvalidInputException(field, toString(), "must be greater than 0");
        }
        return this;
    }

    /**
     * The same amount, which must be 0 or more.
     *
     * @throws InvalidInputException naming {@code field} when it is not
     */
    public Amount requireNotNegative(String field) {
        if (unscaled < 0) {
            throw new InvalidInputException(field, toString(), "must be at least 0");
        }
        return this;
    }

    private static String fractionRule(int scale) {
        return switch (scale) {
            case 0 -> "must be a whole number";
            case 1 -> "must have at most 1 fraction digit";
            default -> "must have at most " + scale + " fraction digits";
        };
    }

    private static String rangeRule(int scale) {
        String most = text(UNITS_MAX, scale);
        return "must be from -" + most + " to " + most;
    }

    /**
     * Units of a scale as {@link #parse} reads them, without zeros at the end of the fraction.
     *
     * @param units from {@code -}{@link #UNITS_MAX} to {@link #UNITS_MAX}
     * @param scale 0 to {@link #SCALE_MAX}
     */
    public static String text(long units, int scale) {
        long factor = POWERS_OF_TEN[scale];
        var text = new StringBuilder(24);
        if (units < 0) {
            text.append('-');
        }
        text.append(Math.abs(units / factor));
        long rest = Math.abs(units % factor);
        if (rest != 0) {
            text.append('.');
            for (; rest != 0; rest = rest * 10 % factor) {
                text.append(rest * 10 / factor);
            }
        }
        return text.toString();
    }

    /** As {@link #text} does. */
    @Override
    public String toString() {
        return text(unscaled, scale);
    }
}
