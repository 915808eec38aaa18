package io.tallygate.ratelimit;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.TemporalAdjusters;

/** The time that a limit is for. */
public sealed interface Window {

    /** Its name in keys, the same for equal windows alone. */
    String code();

    /**
     * A length. For {@code fixed_window} and {@code sliding_window} its periods are aligned to the epoch; for
     * {@code concurrency} it is how long a lease lives.
     *
     * @param length of whole milliseconds
     */
    record Length(Duration length) implements Window {

        @Override
        public String code() {
            return length.toString();
        }

        Periods periods(long nanos) {
            long window = length.toNanos();
            long start = nanos - Math.floorMod(nanos, window);
            return new Periods(start, start + window, start + 2 * window);
        }
    }

    /** Days, weeks, months or years as the calendar of a time zone has them. */
    record Calendar(Unit unit, ZoneId zone) implements Window {

        /** What is counted for; a week begins on Monday (ISO 8601). */
        public enum Unit {
            DAY("day"),
            WEEK("week"),
            MONTH("month"),
            YEAR("year");

            private final String code;

            Unit(String code) {
                this.code = code;
            }

            /** Its name in rules. */
            public String code() {
                return code;
            }

            private LocalDate startOf(LocalDate date) {
                return switch (this) {
                    case DAY -> date;
                    case WEEK -> date.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
                    case MONTH -> date.withDayOfMonth(1);
                    case YEAR -> date.withDayOfYear(1);
                };
            }

            private LocalDate after(LocalDate start) {
                return switch (this) {
                    case DAY -> start.plusDays(1);
                    case WEEK -> start.plusWeeks(1);
                    case MONTH -> start.plusMonths(1);
                    case YEAR -> start.plusYears(1);
                };
            }
        }

        @Override
        public String code() {
            return "calendar:" + unit.code() + ":" + zone.getId();
        }

        /** A day without a midnight begins with its first instant. */
        Periods periods(long nanos) {
            LocalDate start = unit.startOf(EpochNanos.instant(nanos).atZone(zone).toLocalDate());
            // A zone that sets its clocks back over midnight has the last hour of a day again after the next one began.
            while (nanosAt(unit.after(start)) <= nanos) {
                start = unit.after(start);
            }
            LocalDate next = unit.after(start);
            return new Periods(nanosAt(start), nanosAt(next), nanosAt(unit.after(next)));
        }

        private long nanosAt(LocalDate date) {
            Instant start = date.atStartOfDay(zone).toInstant();
            return EpochNanos.of(start);
        }
    }
}
