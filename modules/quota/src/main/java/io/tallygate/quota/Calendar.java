package io.tallygate.quota;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.MonthDay;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.TemporalAdjusters;
import java.time.zone.ZoneOffsetTransition;
import org.jspecify.annotations.Nullable;

/**
 * What divides time into periods: where clocks show which time, and on which day months and years begin.
 *
 * <p>Days, weeks, months and years begin with the first instant at which a clock shows their first date or a later one. Where
 * clocks skip midnight that is after the gap, where they show it twice the first time. Minutes and hours are counted on a
 * clock, and a change of the clock ends them: an hour that it repeats is two.
 *
 * @param anchor the day on which months and years begin: years on this date, months on its day, and both on the last day of
 *               a month that is too short for it
 */
record Calendar(ZoneId zone, MonthDay anchor) {

    private static final MonthDay NEW_YEAR = MonthDay.of(1, 1);

    /** @param anchor the date on which a period begins; null for the first of January */
    static Calendar of(ZoneId zone, @Nullable LocalDate anchor) {
        return new Calendar(zone, anchor == null ? NEW_YEAR : MonthDay.from(anchor));
    }

    /** What of it matters for periods of this length: two calendars with the same periods are equal then. */
    Calendar asFar(Per per) {
        return switch (per.unit()) {
            case LIFETIME, DURATION -> new Calendar(ZoneOffset.UTC, NEW_YEAR);
            case MINUTE, HOUR, DAY, WEEK -> new Calendar(zone, NEW_YEAR);
            case MONTH -> new Calendar(zone, MonthDay.of(1, anchor.getDayOfMonth()));
            case YEAR -> this;
        };
    }

    /** The period that an instant belongs to. */
    Period period(Per per, Instant at) {
        return switch (per.unit()) {
            case MINUTE -> onTheClock(at, 60);
            case HOUR -> onTheClock(at, 3_600);
            case DAY, WEEK, MONTH, YEAR -> ofDates(per.unit(), at);
            case DURATION -> aligned(at, 0, per.minutes() * 60L);
            case LIFETIME -> Period.LIFETIME;
        };
    }

    private static Period aligned(Instant at, long offsetSeconds, long seconds) {
        long start = at.getEpochSecond() - Math.floorMod(at.getEpochSecond() + offsetSeconds, seconds);
        return new Period(Instant.ofEpochSecond(start), Instant.ofEpochSecond(start + seconds));
    }

    private Period onTheClock(Instant at, long seconds) {
        var rules = zone.getRules();
        Period whole = aligned(at, rules.getOffset(at).getTotalSeconds(), seconds);
        Instant start = whole.start();
        ZoneOffsetTransition change = rules.nextTransition(start);
        while (change != null && !change.getInstant().isAfter(at)) {
            start = change.getInstant();
            change = rules.nextTransition(start);
        }
        boolean endsEarly = change != null && change.getInstant().isBefore(whole.end());
        return new Period(start, endsEarly ? change.getInstant() : whole.end());
    }

    /** Not by the date that a clock shows alone: one that is set back over midnight shows an earlier date again. */
    private Period ofDates(Per.Unit unit, Instant at) {
        LocalDate first = latestFirst(unit, LocalDate.ofInstant(at, zone));
        while (at.isBefore(begin(first))) {
            first = latestFirst(unit, first.minusDays(1));
        }
        LocalDate next = nextFirst(unit, first);
        while (!at.isBefore(begin(next))) {
            first = next;
            next = nextFirst(unit, first);
        }
        return new Period(begin(first), begin(next));
    }

    private Instant begin(LocalDate date) {
        return date.atStartOfDay(zone).toInstant();
    }

    /** The last date with which a period begins, up to this one. */
    private LocalDate latestFirst(Per.Unit unit, LocalDate date) {
        return switch (unit) {
            case DAY -> date;
            case WEEK -> date.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
            case MONTH -> {
                LocalDate first = first(YearMonth.from(date));
                yield first.isAfter(date) ? first(YearMonth.from(date).minusMonths(1)) : first;
            }
            case YEAR -> {
                LocalDate first = anchor.atYear(date.getYear());
                yield first.isAfter(date) ? anchor.atYear(date.getYear() - 1) : first;
            }
            case MINUTE, HOUR, LIFETIME, DURATION -> throw notOfDates(unit);
        };
    }

    /** The date with which the next period begins, of one that begins with this date. */
    private LocalDate nextFirst(Per.Unit unit, LocalDate first) {
        return switch (unit) {
            case DAY -> first.plusDays(1);
            case WEEK -> first.plusWeeks(1);
            case MONTH -> first(YearMonth.from(first).plusMonths(1));
            case YEAR -> anchor.atYear(first.getYear() + 1);
            case MINUTE, HOUR, LIFETIME, DURATION -> throw notOfDates(unit);
        };
    }

    private LocalDate first(YearMonth month) {
        return month.atDay(Math.min(anchor.getDayOfMonth(), month.lengthOfMonth()));
    }

    private static IllegalArgumentException notOfDates(Per.Unit unit) {
        return new IllegalArgumentException(unit + " is not counted in dates");
    }
}
