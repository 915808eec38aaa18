package io.tallygate.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Against counts by the number of the window, and by the date. */
class FixedWindowTest {

    private static final int OPERATIONS_EACH = 500;

    @Test
    void operations_random_areThoseOfArithmetic() {
        long seed = Seeds.fresh("fixed window");
        for (int done = 0, run = 0; done < Seeds.operations(); done += OPERATIONS_EACH, run++) {
            compare(seed + run);
        }
    }

    private static void compare(long seed) {
        var random = new SplittableRandom(seed);
        long requests = Seeds.skewed(random, Limit.REQUESTS_MAX);
        long window = Duration.ofMillis(Seeds.skewed(random, 100_000)).toNanos();
        Limit limit = Limit.of(Algorithm.FIXED_WINDOW, requests, new Window.Length(Duration.ofNanos(window)),
                Precision.MEMORY);
        var meter = new Meter(limit);
        Map<Long, Long> counts = new HashMap<>();
        boolean envoys = random.nextBoolean();
        var clock = new JumpyClock(random, window);
        long stored = 0;

        for (int i = 0; i < OPERATIONS_EACH; i++) {
            String at = "seed " + seed + ", operation " + i + ", " + limit;
            long now = clock.step(random.nextLong(window / 2));
            if (counts.getOrDefault(stored, 0L) == 0) {
                // In a period in which nothing counts, a clock that is set back is believed.
                counts.clear();
                stored = 0;
            }
            long number = Math.max(stored, Math.floorDiv(now, window));
            long count = counts.getOrDefault(number, 0L);
            boolean counted = true;
            long hits = Seeds.skewed(random, Math.min(requests + 1, Limit.REQUESTS_MAX));
            if (random.nextInt(10) == 0) {
                meter.take(now, -hits);
                count = Math.max(0, count - hits);
            } else {
                boolean fits = count + hits <= requests;
                LimitDecision decision = envoys ? meter.takeAlone(now, hits) : meter.take(now, hits);
                assertThat(decision.allowed()).as(at).isEqualTo(fits);
                counted = fits || envoys;
                count += counted ? hits : 0;
            }
            counts.put(number, count);
            stored = counted ? number : stored;
            LimitDecision look = meter.look(now, 1);
            assertThat(look.remaining()).as(at).isEqualTo(Math.max(0, requests - count));
            long end = (count == 0 ? Math.floorDiv(now, window) : number) * window + window;
            assertThat(look.resetAfterNanos()).as(at).hasValue(end - now);
        }
    }

    @Test
    void calendar_endOfMonthInItsZone_beginsAnew() {
        Limit limit = Limit.of(Algorithm.FIXED_WINDOW, 2,
                new Window.Calendar(Window.Calendar.Unit.MONTH, ZoneId.of("Europe/Berlin")), Precision.MEMORY);
        var meter = new Meter(limit);
        long lastInstant = EpochNanos.of(Instant.parse("2026-02-28T22:59:59.999999999Z"));

        LimitDecision first = meter.take(lastInstant, 2);

        assertThat(first.allowed()).isTrue();
        assertThat(first.windowNanos()).isEqualTo(Duration.ofDays(28).toNanos());
        assertThat(first.resetAfterNanos()).hasValue(1);
        assertThat(meter.take(lastInstant, 1).retryAfterNanos()).hasValue(1);
        LimitDecision next = meter.take(lastInstant + 1, 1);
        assertThat(next.allowed()).isTrue();
        // The clocks of the zone go forward in March.
        assertThat(next.windowNanos()).isEqualTo(Duration.ofDays(31).minusHours(1).toNanos());
        assertThat(next.remaining()).isEqualTo(1);
    }

    @Test
    void calendar_clockSetBackOverTheEnd_goesOnWithTheNextPeriod() {
        Limit limit = Limit.of(Algorithm.FIXED_WINDOW, 2,
                new Window.Calendar(Window.Calendar.Unit.DAY, ZoneId.of("UTC")), Precision.REDIS);
        var meter = new Meter(limit);
        meter.take(TestClock.START, 1);

        LimitDecision back = meter.take(TestClock.START - 1_000, 1);

        assertThat(back.allowed()).isTrue();
        assertThat(back.remaining()).isZero();
        assertThat(back.resetAfterNanos()).hasValue(Duration.ofDays(1).toNanos() + 1_000);
        assertThat(meter.take(TestClock.START - 1_000, 1).allowed()).isFalse();
    }

    @Test
    void calendar_clockSetBackByTwoPeriods_deniesUntilTheEndOfThisOne() {
        Limit limit = Limit.of(Algorithm.FIXED_WINDOW, 2,
                new Window.Calendar(Window.Calendar.Unit.DAY, ZoneId.of("UTC")), Precision.MEMORY);
        var meter = new Meter(limit);
        meter.take(TestClock.START, 1);
        long twoDaysBefore = TestClock.START - Duration.ofDays(2).toNanos();

        LimitDecision back = meter.take(twoDaysBefore, 1);

        assertThat(back.allowed()).isFalse();
        assertThat(back.retryAfterNanos()).hasValue(Duration.ofDays(1).toNanos());
        assertThat(meter.take(twoDaysBefore + Duration.ofDays(1).toNanos(), 2).allowed()).isTrue();
    }
}
