package io.tallygate.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import io.tallygate.ratelimit.Window.Calendar.Unit;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WindowTest {

    private static long nanos(String instant) {
        return EpochNanos.of(Instant.parse(instant));
    }

    @ParameterizedTest
    @CsvSource({"DAY, UTC, 2026-03-01T12:00:00Z, 2026-03-01T00:00:00Z, 2026-03-02T00:00:00Z, 2026-03-03T00:00:00Z",
            // A Sunday's week began on Monday.
            "WEEK, UTC, 2026-03-01T12:00:00Z, 2026-02-23T00:00:00Z, 2026-03-02T00:00:00Z, 2026-03-09T00:00:00Z",
            "MONTH, Asia/Tokyo, 2026-01-31T15:00:00Z, 2026-01-31T15:00:00Z, 2026-02-28T15:00:00Z, 2026-03-31T15:00:00Z",
            "YEAR, UTC, 2027-12-31T23:59:59Z, 2027-01-01T00:00:00Z, 2028-01-01T00:00:00Z, 2029-01-01T00:00:00Z",
            // Days of 23 and 24 hours.
            "DAY, Europe/Berlin, 2026-03-29T12:00:00Z, 2026-03-28T23:00:00Z, 2026-03-29T22:00:00Z, 2026-03-30T22:00:00Z",
            // A day without a midnight: clocks went from 24:00 to 01:00.
            "DAY, America/Sao_Paulo, 2018-11-04T12:00:00Z, 2018-11-04T03:00:00Z, 2018-11-05T02:00:00Z, "
                    + "2018-11-06T02:00:00Z",
            // A day that a zone left out.
            "DAY, Pacific/Apia, 2011-12-30T09:00:00Z, 2011-12-29T10:00:00Z, 2011-12-30T10:00:00Z, 2011-12-30T10:00:00Z",
            // Clocks went back from 00:01 to 23:01 of the day before.
            "DAY, America/St_Johns, 2010-11-07T02:45:00Z, 2010-11-07T02:30:00Z, 2010-11-08T03:30:00Z, 2010-11-09T03:30:00Z"})
    void periods_calendar_areThoseOfItsZone(Unit unit, String zone, String now, String previousEnd, String end,
            String nextEnd) {
        assertThat(new Window.Calendar(unit, ZoneId.of(zone)).periods(nanos(now)))
                .isEqualTo(new Periods(nanos(previousEnd), nanos(end), nanos(nextEnd)));
    }

    @Test
    void periods_anyTimeAndZone_containIt() {
        long seed = Seeds.fresh("calendar");
        var random = new SplittableRandom(seed);
        List<String> zones = ZoneId.getAvailableZoneIds().stream().sorted().toList();
        List<Unit> units = List.of(Unit.values());
        for (int i = 0; i < 20_000; i++) {
            var window = new Window.Calendar(units.get(random.nextInt(units.size())),
                    ZoneId.of(zones.get(random.nextInt(zones.size()))));
            long now = random.nextLong(nanos("1975-01-01T00:00:00Z"), nanos("2100-01-01T00:00:00Z"));
            Periods periods = window.periods(now);
            assertThat(periods.contain(now)).as("seed %d, %s at %d: %s", seed, window.code(), now, periods).isTrue();
            assertThat(periods.nextEnd()).isGreaterThanOrEqualTo(periods.end());
            assertThat(window.periods(periods.end()).previousEnd()).isEqualTo(periods.end());
        }
    }

    @Test
    void periods_length_areAlignedToTheEpoch() {
        assertThat(new Window.Length(Duration.ofSeconds(90)).periods(nanos("1970-01-01T00:04:00Z")))
                .isEqualTo(new Periods(nanos("1970-01-01T00:03:00Z"), nanos("1970-01-01T00:04:30Z"),
                        nanos("1970-01-01T00:06:00Z")));
    }

    @Test
    void code_windowsThatDiffer_differs() {
        assertThat(List.of(new Window.Length(Duration.ofDays(1)).code(),
                new Window.Length(Duration.ofDays(7)).code(),
                new Window.Calendar(Unit.DAY, ZoneId.of("UTC")).code(),
                new Window.Calendar(Unit.WEEK, ZoneId.of("UTC")).code(),
                new Window.Calendar(Unit.DAY, ZoneId.of("Europe/Berlin")).code()))
                .doesNotHaveDuplicates();
    }

    @Test
    void epochNanos_instant_isTheSameInstant() {
        Instant instant = Instant.parse("2026-07-01T12:34:56.123456789Z");

        long nanos = new EpochNanos(InstantSource.fixed(instant)).getAsLong();

        assertThat(EpochNanos.instant(nanos)).isEqualTo(instant);
        assertThat(Tick.NANOSECOND.of(nanos)).isEqualTo(nanos);
        assertThat(Tick.MICROSECOND.of(nanos)).isEqualTo(nanos / 1_000);
        assertThat(Tick.MILLISECOND.of(nanos)).isEqualTo(instant.toEpochMilli());
    }
}
