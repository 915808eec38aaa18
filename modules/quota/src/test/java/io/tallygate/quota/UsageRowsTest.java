package io.tallygate.quota;

import static org.assertj.core.api.Assertions.assertThat;

import io.tallygate.kernel.Ids;
import io.tallygate.ledger.RowKey;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Names of rows of usage. */
final class UsageRowsTest {

    private static final Instant START = Instant.parse("2026-11-01T00:00:00Z");

    @ParameterizedTest
    @CsvSource({"month, quota, 2026-12-04 month 2026-11-01T00:00:00Z",
            "day, quota, 2026-11-04 day 2026-11-01T00:00:00Z",
            "lifetime, quota, lifetime", "minute, quota_short, 2026-11-01T01 minute 2026-11-01T00:00:00Z",
            "PT90M, quota_short, 2026-11-01T02 PT1H30M 2026-11-01T00:00:00Z",
            "P2D, quota, 2026-11-04 P2D 2026-11-01T00:00:00Z"})
    void used_ofAPeriod_isNamedByTypeLengthAndStart(String per, String book, String section) {
        var limit = new LimitName("api", Per.parse("per", per));

        RowKey used = UsageRows.used("acme", limit, START);
        RowKey held = UsageRows.held("acme", limit, START);

        assertThat(used.book().name()).isEqualTo(book);
        assertThat(used.section()).isEqualTo(section);
        assertThat(used.id()).isEqualTo("3:apiacme");
        assertThat(held).isNotEqualTo(used);
        assertThat(held.section()).isEqualTo(section + " held");
        assertThat(held.home()).isEqualTo(used.home()).isEqualTo(UsageRows.home("acme"));
        Instant start = limit.per().equals(Per.LIFETIME) ? Instant.EPOCH : START;
        assertThat(UsageRows.usage(used.section(), used.id()))
                .contains(new UsageRows.Usage("acme", limit, start));
        assertThat(UsageRows.usage(held.section(), held.id())).isEmpty();
    }

    @Test
    void usage_ofNamesThatAreTooLongForARow_isNotKnown() {
        var limit = new LimitName("api:1", Per.MONTH);
        RowKey longest = UsageRows.used("x".repeat(249), limit, START);
        RowKey tooLong = UsageRows.used("x".repeat(250), limit, START);
        assertThat(UsageRows.usage(longest.section(), longest.id()))
                .contains(new UsageRows.Usage("x".repeat(249), limit, START));
        assertThat(UsageRows.usage(tooLong.section(), tooLong.id())).isEmpty();
    }

    @Test
    void rows_ofDifferentTypesAndSubjects_neverMeet() {
        List<String> names = List.of("a", "ab", "b", "1:a", "a1", "3:apiacme", "#", "é".repeat(128), "x".repeat(256),
                "x".repeat(255) + "y", " ", "%");
        Map<RowKey, String> rows = new HashMap<>();
        for (String quotaType : names) {
            for (String subject : names) {
                RowKey row = UsageRows.used(subject, new LimitName(quotaType, Per.MONTH), START);
                Ids.require("section", row.section());
                Ids.require("id", row.id());
                assertThat(rows.put(row, quotaType + '|' + subject)).isNull();
            }
        }
    }

    /** Whatever is swept was over before; and everything is swept soon after. */
    @Test
    void throughSection_atAnyInstant_holdsWhatIsOverAndNothingElse() {
        long seed = System.nanoTime();
        var random = new SplittableRandom(seed);
        List<Per> pers = List.of(Per.MINUTE, Per.HOUR, Per.DAY, Per.WEEK, Per.MONTH, Per.YEAR, Per.ofMinutes(7),
                Per.ofMinutes(Per.MINUTES_MAX), Per.LIFETIME);
        for (int i = 0; i < 50_000; i++) {
            Per per = pers.get(random.nextInt(pers.size()));
            Calendar calendar = Calendar.of(ZoneId.of("America/St_Johns"),
                    LocalDate.of(2020, 1, 1).plusDays(random.nextInt(366)));
            Period period = calendar.period(per, START.plusSeconds(random.nextLong(-900_000_000, 900_000_000)));
            RowKey row = UsageRows.held("acme", new LimitName("api", per), period.start());
            Instant ended = per.equals(Per.LIFETIME)
                    ? Instant.parse("9999-01-01T00:00:00Z")
                    : period.end().plusSeconds(random.nextLong(-100_000, 40 * 86_400));
            boolean swept = row.section().compareTo(UsageRows.throughSection(row.book(), ended)) <= 0;
            String as = "seed " + seed + ": " + row + " at " + ended;
            if (swept) {
                assertThat(period.end()).as(as).isBeforeOrEqualTo(ended);
            } else if (!per.equals(Per.LIFETIME)) {
                assertThat(ended).as(as).isBefore(period.end().plus(per.longest()).plus(Duration.ofDays(2)));
            }
        }
    }
}
