package io.tallygate.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tallygate.kernel.InvalidInputException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Periods against a table from another program, against java.time, and against what a division of time is. */
final class CalendarTest {

    private static final List<String> ZONES = List.of("UTC", "Europe/Berlin", "America/New_York", "America/St_Johns",
            "Australia/Lord_Howe", "America/Sao_Paulo", "Asia/Beirut", "Pacific/Apia", "Pacific/Chatham",
            "Antarctica/Troll", "Asia/Kathmandu");
    private static final List<String> ANCHORS = List.of("", "2024-02-29", "2023-01-31", "2025-03-15", "2020-12-31");
    private static final List<Per> PERS = List.of(Per.MINUTE, Per.HOUR, Per.DAY, Per.WEEK, Per.MONTH, Per.YEAR,
            Per.LIFETIME, Per.ofMinutes(1), Per.ofMinutes(90), Per.ofMinutes(Per.MINUTES_MAX));

    @Test
    void period_ofEveryRowOfTheTable_isTheTables() throws IOException {
        int rows = 0;
        for (String line : table()) {
            String[] row = line.split(",", -1);
            Period period = calendar(row[0], row[2]).period(Per.parse("per", row[1]), Instant.parse(row[3]));
            assertThat(period).as(line).isEqualTo(new Period(Instant.parse(row[4]), Instant.parse(row[5])));
            rows++;
        }
        assertThat(rows).isGreaterThan(2_000);
    }

    private static List<String> table() throws IOException {
        var lines = new ArrayList<String>();
        try (var in = new BufferedReader(new InputStreamReader(
                Objects.requireNonNull(CalendarTest.class.getResourceAsStream("periods.csv")),
                StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (!line.startsWith("#") && !line.startsWith("zone,")) {
                    lines.add(line);
                }
            }
        }
        return lines;
    }

    private static Calendar calendar(String zone, String anchor) {
        return Calendar.of(ZoneId.of(zone), anchor.isEmpty() ? null : LocalDate.parse(anchor));
    }

    /** In zones that never skip or repeat midnight a period begins where java.time truncates to. */
    @ParameterizedTest
    @ValueSource(strings = {"UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Eucla"})
    void period_withoutAnAnchor_isWhatJavaTimeTruncatesTo(String zone) {
        long seed = System.nanoTime();
        var random = new SplittableRandom(seed);
        Calendar calendar = calendar(zone, "");
        for (int i = 0; i < 20_000; i++) {
            ZonedDateTime at = randomInstant(random).atZone(calendar.zone());
            String as = "seed " + seed + ": " + at;
            assertPeriod(as, calendar, Per.DAY, at, at.toLocalDate(), at.toLocalDate().plusDays(1));
            LocalDate monday = at.toLocalDate().with(DayOfWeek.MONDAY);
            assertPeriod(as, calendar, Per.WEEK, at, monday, monday.plusDays(7));
            LocalDate month = at.toLocalDate().withDayOfMonth(1);
            assertPeriod(as, calendar, Per.MONTH, at, month, month.plusMonths(1));
            LocalDate year = at.toLocalDate().withDayOfYear(1);
            assertPeriod(as, calendar, Per.YEAR, at, year, year.plusYears(1));
            assertThat(calendar.period(Per.MINUTE, at.toInstant())).as(as).isEqualTo(
                    new Period(at.truncatedTo(ChronoUnit.MINUTES).toInstant(),
                            at.truncatedTo(ChronoUnit.MINUTES).plusMinutes(1).toInstant()));
            assertThat(calendar.period(Per.HOUR, at.toInstant())).as(as).isEqualTo(
                    new Period(at.truncatedTo(ChronoUnit.HOURS).toInstant(),
                            at.truncatedTo(ChronoUnit.HOURS).plusHours(1).toInstant()));
        }
    }

    private static void assertPeriod(String as, Calendar calendar, Per per, ZonedDateTime at, LocalDate start,
            LocalDate end) {
        assertThat(calendar.period(per, at.toInstant())).as(as + " " + per).isEqualTo(new Period(
                start.atStartOfDay(calendar.zone()).toInstant(), end.atStartOfDay(calendar.zone()).toInstant()));
    }

    private static Instant randomInstant(SplittableRandom random) {
        return Instant.parse("1990-01-01T00:00:00Z").plusMillis(random.nextLong(Duration.ofDays(21_900).toMillis()));
    }

    /** Every instant belongs to one period, whichever instant of it was asked for, and no gap is between two. */
    @Test
    void periods_ofAnyCalendar_divideTime() {
        long seed = System.nanoTime();
        var random = new SplittableRandom(seed);
        for (int i = 0; i < 40_000; i++) {
            Calendar calendar = calendar(ZONES.get(random.nextInt(ZONES.size())),
                    ANCHORS.get(random.nextInt(ANCHORS.size())));
            Per per = PERS.get(random.nextInt(PERS.size()));
            Instant at = nearAChange(random, calendar.zone(), randomInstant(random));
            String as = "seed " + seed + ": " + calendar + " " + per + " at " + at;
            Period period = calendar.period(per, at);
            assertThat(period.contains(at)).as(as).isTrue();
            assertThat(calendar.period(per, period.start())).as(as).isEqualTo(period);
            assertThat(calendar.asFar(per).period(per, at)).as(as).isEqualTo(period);
            if (!per.equals(Per.LIFETIME)) {
                assertThat(calendar.period(per, period.end().minusNanos(1))).as(as).isEqualTo(period);
                assertThat(calendar.period(per, period.end()).start()).as(as).isEqualTo(period.end());
                assertThat(Duration.between(period.start(), period.end())).as(as).isLessThanOrEqualTo(per.longest());
            }
        }
    }

    /** Two thirds of the instants are within two days of a change of the clock, where there is one. */
    private static Instant nearAChange(SplittableRandom random, ZoneId zone, Instant at) {
        var change = random.nextInt(3) == 0 ? null : zone.getRules().nextTransition(at);
        return change == null ? at : change.getInstant().plusSeconds(random.nextLong(-172_800, 172_800));
    }

    @Test
    void hour_thatAChangeOfTheClockRepeats_isTwo() {
        Calendar berlin = calendar("Europe/Berlin", "");

        Period first = berlin.period(Per.HOUR, Instant.parse("2025-10-26T00:30:00Z"));
        Period second = berlin.period(Per.HOUR, Instant.parse("2025-10-26T01:30:00Z"));

        assertThat(first.start().atZone(berlin.zone()).toLocalTime())
                .isEqualTo(second.start().atZone(berlin.zone()).toLocalTime());
        assertThat(first.end()).isEqualTo(second.start());
    }

    @Test
    void day_withoutAMidnight_beginsWithItsFirstInstant() {
        Period day = calendar("America/Sao_Paulo", "").period(Per.DAY, Instant.parse("2018-11-04T12:00:00Z"));

        assertThat(day.start().atZone(ZoneId.of("America/Sao_Paulo")).toLocalDateTime())
                .hasToString("2018-11-04T01:00");
        assertThat(Duration.between(day.start(), day.end())).isEqualTo(Duration.ofHours(23));
    }

    @ParameterizedTest
    @CsvSource({"2023-01-31, 2023-01-31, 2023-02-28", "2023-02-28, 2023-02-28, 2023-03-31",
            "2023-03-30, 2023-02-28, 2023-03-31", "2023-04-30, 2023-04-30, 2023-05-31",
            "2024-02-28, 2024-01-31, 2024-02-29", "2024-02-29, 2024-02-29, 2024-03-31"})
    void month_ofThe31st_beginsWithTheLastDayOfAShorterMonth(LocalDate at, LocalDate start, LocalDate end) {
        Calendar calendar = calendar("UTC", "2022-12-31");

        Period month = calendar.period(Per.MONTH, at.atTime(12, 0).toInstant(ZoneOffset.UTC));

        assertThat(LocalDate.ofInstant(month.start(), calendar.zone())).isEqualTo(start);
        assertThat(LocalDate.ofInstant(month.end(), calendar.zone())).isEqualTo(end);
    }

    @Test
    void year_ofThe29thOfFebruary_beginsWithThe28thOfACommonYear() {
        Period year = calendar("UTC", "2024-02-29").period(Per.YEAR, Instant.parse("2026-02-28T00:00:00Z"));

        assertThat(year).isEqualTo(
                new Period(Instant.parse("2026-02-28T00:00:00Z"), Instant.parse("2027-02-28T00:00:00Z")));
        assertThat(calendar("UTC", "2024-02-29").period(Per.YEAR, Instant.parse("2028-02-28T23:59:59Z")).end())
                .isEqualTo(Instant.parse("2028-02-29T00:00:00Z"));
    }

    @ParameterizedTest
    @CsvSource({"minute, minute", "lifetime, lifetime", "PT1M, PT1M", "PT90M, PT1H30M", "PT24H, P1D", "P366D, P366D",
            "P1DT2H3M, P1DT2H3M", "P0DT60M, PT1H", "PT527040M, P366D"})
    void per_parsed_isWrittenInOneWay(String text, String canonical) {
        assertThat(Per.parse("per", text)).hasToString(canonical);
        assertThat(Per.parse("per", canonical)).isEqualTo(Per.parse("per", text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Minute", "duration", "P", "PT", "P1DT", "PT0M", "P367D", "PT527041M", "PT30S", "P1W",
            "P1M", "P1Y", "-PT1M", "PT1.5H", "PT1M1H", "PT9999999M", "pt1m"})
    void per_whatIsNone_isRefused(String text) {
        assertThatThrownBy(() -> Per.parse("limits[0].per", text))
                .isInstanceOfSatisfying(InvalidInputException.class, error -> {
                    assertThat(error.field()).isEqualTo("limits[0].per");
                    assertThat(error.rule()).contains("minute", "lifetime", "PnDTnHnM");
                });
    }

    @Test
    void per_sorted_isByLength() {
        assertThat(List.of(Per.ofMinutes(2), Per.LIFETIME, Per.ofMinutes(1), Per.DAY, Per.MINUTE).stream().sorted())
                .containsExactly(Per.MINUTE, Per.DAY, Per.LIFETIME, Per.ofMinutes(1), Per.ofMinutes(2));
    }
}
