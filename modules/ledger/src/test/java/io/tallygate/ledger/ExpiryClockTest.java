package io.tallygate.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExpiryClockTest {

    private static final Duration LIFE = IdempotencyKey.LIFE;

    private final SettableClock clock = new SettableClock();
    private final ExpiryClock expiry = new ExpiryClock(clock, clock::nanos);

    @Test
    void instant_wallClockRunsEvenly_isTheWallClocks() {
        for (int i = 0; i < 1_000; i++) {
            assertThat(expiry.instant()).isEqualTo(clock.instant());
            clock.advance(Duration.ofMillis(3_456_789));
        }
    }

    @Test
    void instant_wallClockSetForward_followsADayLater() {
        Instant before = expiry.instant();
        clock.set(Duration.ofDays(100));
        assertThat(expiry.instant()).isEqualTo(before);
        clock.advance(LIFE);
        assertThat(expiry.instant()).isEqualTo(before.plus(LIFE));
        clock.advance(Duration.ofHours(1));
        assertThat(expiry.instant()).isEqualTo(clock.instant());
    }

    @Test
    void instant_wallClockSetBack_followsAtOnce() {
        expiry.instant();
        clock.set(Duration.ofHours(-1));
        assertThat(expiry.instant()).isEqualTo(clock.instant());
    }

    @Test
    void dated_writersClockAheadOrBehind_stampsWithTheLaterAndJudgesByTheEarlier() {
        Instant now = clock.instant();
        for (Duration off : List.of(Duration.ofDays(2), Duration.ZERO, Duration.ofDays(-2))) {
            Flush flush = expiry.dated(new TestWriter(now.plus(off)).changes());
            assertThat(flush.at()).isEqualTo(off.isNegative() ? now : now.plus(off));
            assertThat(flush.ageAt()).isEqualTo(off.isNegative() ? now.plus(off) : now);
        }
    }

    /** What was stamped is younger than its life for all its life; a day after the last change the clocks agree. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void dated_wallClockSetAtRandom_nothingExpiresEarlyOrStaysForEver(long seed) {
        record Stamp(Instant at, long nanos) {}
        var random = new Random(seed);
        var stamps = new ArrayDeque<Stamp>();
        for (int step = 0; step < 5_000; step++) {
            if (random.nextInt(50) == 0) {
                clock.set(Duration.ofSeconds(random.nextLong(-400_000, 400_000)));
            }
            clock.advance(Duration.ofSeconds(random.nextInt(1_000)));
            Flush flush = expiry.dated(new TestWriter(clock.instant()).changes());
            stamps.add(new Stamp(flush.at(), clock.nanos()));
            while (clock.nanos() - stamps.getFirst().nanos() >= LIFE.toNanos()) {
                stamps.removeFirst();
            }
            Instant earliest = stamps.stream().map(Stamp::at).min(Instant::compareTo).orElseThrow();
            assertThat(flush.ageAt()).as("seed %s step %s", seed, step).isBefore(earliest.plus(LIFE));
        }
        clock.advance(LIFE.plusHours(1));
        assertThat(expiry.instant()).isEqualTo(clock.instant());
    }
}
