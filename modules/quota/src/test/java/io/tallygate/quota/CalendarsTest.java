package io.tallygate.quota;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Changes of a limit's calendar. */
final class CalendarsTest {

    private static final Calendar FIRST = Calendar.of(ZoneOffset.UTC, null);
    private static final Calendar FIFTEENTH = Calendar.of(ZoneOffset.UTC, LocalDate.parse("2026-01-15"));
    private static final Instant AT = Instant.parse("2026-11-21T10:00:00Z");

    @Test
    void changed_anchor_beginsWhenTheRunningPeriodEnds() {
        Calendars calendars = Calendars.of(Per.MONTH, FIRST).changed(AT, FIFTEENTH);

        assertThat(calendars.period(AT)).isEqualTo(period("2026-11-01", "2026-12-01"));
        assertThat(calendars.effectiveAt(AT)).contains(Instant.parse("2026-12-01T00:00:00Z"));
        assertThat(calendars.period(Instant.parse("2026-12-01T00:00:00Z")))
                .isEqualTo(period("2026-12-01", "2026-12-15"));
        assertThat(calendars.period(Instant.parse("2026-12-20T00:00:00Z")))
                .isEqualTo(period("2026-12-15", "2027-01-15"));
        assertThat(calendars.effectiveAt(Instant.parse("2026-12-01T00:00:00Z"))).isEmpty();
    }

    private static Period period(String start, String end) {
        return new Period(LocalDate.parse(start).atStartOfDay(ZoneOffset.UTC).toInstant(),
                LocalDate.parse(end).atStartOfDay(ZoneOffset.UTC).toInstant());
    }

    @Test
    void changed_backBeforeItBegan_isNoChange() {
        Calendars before = Calendars.of(Per.MONTH, FIRST);

        assertThat(before.changed(AT, FIFTEENTH).changed(AT.plusSeconds(60), FIRST)).isEqualTo(before);
    }

    @Test
    void changed_inWhatDoesNotMatterForThePeriods_isNoChange() {
        assertThat(Calendars.of(Per.DAY, FIRST).changed(AT, FIFTEENTH).effectiveAt(AT)).isEmpty();
        Calendar elsewhere = Calendar.of(ZoneId.of("Asia/Tokyo"), LocalDate.parse("2026-01-15"));
        assertThat(Calendars.of(Per.LIFETIME, FIRST).changed(AT, elsewhere).effectiveAt(AT)).isEmpty();
        assertThat(Calendars.of(Per.ofMinutes(7), FIRST).changed(AT, elsewhere).effectiveAt(AT)).isEmpty();
        Calendar otherYear = Calendar.of(ZoneOffset.UTC, LocalDate.parse("2020-07-15"));
        assertThat(Calendars.of(Per.MONTH, FIFTEENTH).changed(AT, otherYear).effectiveAt(AT)).isEmpty();
    }

    @Test
    void since_anInstant_forgetsWhatWasOverThen() {
        Calendars changed = Calendars.of(Per.MONTH, FIRST).changed(AT, FIFTEENTH);

        assertThat(changed.since(Instant.parse("2026-11-30T23:59:59Z"))).isEqualTo(changed);
        assertThat(changed.since(Instant.parse("2026-12-01T00:00:00Z"))).isEqualTo(Calendars.of(Per.MONTH, FIFTEENTH));
    }

    /** No change touches the period that runs when it is made, and time stays divided. */
    @Test
    void changed_atRandom_opensNoPeriodWhileOneRuns() {
        long seed = System.nanoTime();
        var random = new SplittableRandom(seed);
        List<Per> pers = List.of(Per.MINUTE, Per.HOUR, Per.DAY, Per.WEEK, Per.MONTH, Per.YEAR);
        List<String> zones = List.of("UTC", "Asia/Kathmandu", "America/St_Johns", "Europe/Berlin", "Pacific/Chatham");
        for (int history = 0; history < 1_000; history++) {
            Per per = pers.get(random.nextInt(pers.size()));
            Calendars calendars = Calendars.of(per, FIRST);
            Instant now = Instant.parse("2005-01-01T00:00:00Z").plusSeconds(random.nextLong(500_000_000));
            for (int step = 0; step < 30; step++) {
                now = now.plusMillis(random.nextLong(1 + per.longest().toMillis() * random.nextInt(1, 3)));
                String as = "seed " + seed + ", history " + history + ": " + calendars + " at " + now;
                Period running = calendars.period(now);
                if (random.nextBoolean()) {
                    calendars = calendars.changed(now, Calendar.of(ZoneId.of(zones.get(random.nextInt(zones.size()))),
                            LocalDate.of(2020, 1, 1).plusDays(random.nextInt(366))));
                }
                assertThat(calendars.period(now)).as(as).isEqualTo(running);
                assertThat(running.contains(now)).as(as).isTrue();
                assertThat(calendars.period(running.start())).as(as).isEqualTo(running);
                assertThat(calendars.period(running.end().minusNanos(1))).as(as).isEqualTo(running);
                assertThat(calendars.period(running.end()).start()).as(as).isEqualTo(running.end());
                assertThat(calendars.effectiveAt(now).orElse(running.end())).as(as).isEqualTo(running.end());
                Instant cut = now.minus(Duration.ofDays(800));
                assertThat(calendars.since(cut).period(now)).as(as).isEqualTo(running);
            }
        }
    }
}
