package io.tallygate.quota;

import io.tallygate.kernel.InvalidInputException;
import java.time.Duration;
import java.util.Comparator;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How long a limit's periods are: a unit of the calendar, or a number of minutes aligned to the epoch.
 *
 * @param minutes the length of a {@link Unit#DURATION}, from 1 to {@link #MINUTES_MAX}; 0 for every other unit
 */
public record Per(Unit unit, int minutes) implements Comparable<Per> {

    /** In the order in which limits are listed. */
    public enum Unit {
        MINUTE(0),
        HOUR(1),
        DAY(2),
        /** From Monday, as in ISO 8601. */
        WEEK(3),
        MONTH(4),
        YEAR(5),
        /** One period without an end. */
        LIFETIME(6),
        /** Days of 24 hours, whatever the calendar. */
        DURATION(7);

        private static final Unit[] BY_CODE = values();

        private final int code;
        private final String label = name().toLowerCase(Locale.ROOT);

        Unit(int code) {
            this.code = code;
        }

        /** What it is in stored bytes, from 0 to 7. */
        int code() {
            return code;
        }

        /** @throws IllegalArgumentException when there is none */
        static Unit of(int code) {
            if (code >= BY_CODE.length) {
                throw new IllegalArgumentException("no unit of a period: " + code);
            }
            return BY_CODE[code];
        }
    }

    static final Per MINUTE = new Per(Unit.MINUTE, 0);
    static final Per HOUR = new Per(Unit.HOUR, 0);
    static final Per DAY = new Per(Unit.DAY, 0);
    static final Per WEEK = new Per(Unit.WEEK, 0);
    static final Per MONTH = new Per(Unit.MONTH, 0);
    static final Per YEAR = new Per(Unit.YEAR, 0);
    static final Per LIFETIME = new Per(Unit.LIFETIME, 0);

    private static final int MINUTES_A_DAY = 24 * 60;
    static final int MINUTES_MAX = 366 * MINUTES_A_DAY;

    private static final Pattern DURATION = Pattern.compile(
            "P(?:(\\d{1,6})D)?(?:T(?=\\d)(?:(\\d{1,6})H)?(?:(\\d{1,6})M)?)?");
    private static final Comparator<Per> ORDER = Comparator.comparing(Per::unit).thenComparingInt(Per::minutes);

    /** @throws IllegalArgumentException when the length breaks its rule */
    public Per {
        if (unit == Unit.DURATION ? minutes < 1 || minutes > MINUTES_MAX : minutes != 0) {
            throw new IllegalArgumentException(unit + " of " + minutes + " minutes");
        }
    }

    static Per ofMinutes(int minutes) {
        return new Per(Unit.DURATION, minutes);
    }

    /**
     * Reads a unit's name in lower case, or an ISO 8601 duration {@code PnDTnHnM}.
     *
     * @throws InvalidInputException naming {@code field}
     */
    public static Per parse(String field, String text) {
        for (Unit unit : Unit.values()) {
            if (unit != Unit.DURATION && text.equals(unit.label)) {
                return new Per(unit, 0);
            }
        }
        Matcher duration = DURATION.matcher(text);
        long minutes = duration.matches()
                ? number(duration, 1) * MINUTES_A_DAY + number(duration, 2) * 60 + number(duration, 3)
                : 0;
        if (minutes < 1 || minutes > MINUTES_MAX) {
            throw new InvalidInputException(field, text, "must be minute, hour, day, week, month, year, lifetime or an"
                    + " ISO 8601 duration PnDTnHnM from 1 minute to 366 days");
        }
        return ofMinutes((int) minutes);
    }

    private static long number(Matcher matcher, int group) {
        String digits = matcher.group(group);
        return digits == null ? 0 : Long.parseLong(digits);
    }

    /** Whether its periods depend on a date from which they are counted. */
    boolean hasAnchor() {
        return unit == Unit.MONTH || unit == Unit.YEAR;
    }

    /** Whether a period is shorter than any day, so that there are many of them. */
    boolean isShort() {
        return unit == Unit.MINUTE || unit == Unit.HOUR || (unit == Unit.DURATION && minutes < MINUTES_A_DAY);
    }

    /** What no period is longer than, with days of up to 48 hours; not for {@link Unit#LIFETIME}. */
    Duration longest() {
        return switch (unit) {
            case MINUTE -> Duration.ofMinutes(1);
            case HOUR -> Duration.ofHours(1);
            case DAY -> Duration.ofDays(2);
            case WEEK -> Duration.ofDays(8);
            case MONTH -> Duration.ofDays(32);
            case YEAR -> Duration.ofDays(367);
            case DURATION -> Duration.ofMinutes(minutes);
            case LIFETIME -> throw new IllegalStateException("a lifetime has no end");
        };
    }

    @Override
    public int compareTo(Per other) {
        return ORDER.compare(this, other);
    }

    /** As {@link #parse} reads it; of one length always the same: {@code PT90M} and {@code PT1H30M} are the latter. */
    @Override
    public String toString() {
        if (unit != Unit.DURATION) {
            return unit.label;
        }
        var text = new StringBuilder("P");
        append(text, minutes / MINUTES_A_DAY, 'D');
        if (minutes % MINUTES_A_DAY != 0) {
            text.append('T');
            append(text, minutes % MINUTES_A_DAY / 60, 'H');
            append(text, minutes % 60, 'M');
        }
        return text.toString();
    }

    private static void append(StringBuilder text, int number, char unit) {
        if (number > 0) {
            text.append(number).append(unit);
        }
    }
}
