package io.tallygate.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class PaceTest {

    private static final long MILLI = Duration.ofMillis(1).toNanos();
    /** Close to where a ticker overflows. */
    private static final long NOW = Long.MAX_VALUE - 5 * MILLI;

    private final Pace pace = new Pace(1_000, NOW);

    @Test
    void nextInNanos_onTime_isAnIntervalAfterTheOneBefore() {
        assertThat(pace.nextInNanos(NOW)).isZero();
        assertThat(pace.nextInNanos(NOW)).isEqualTo(MILLI);
        assertThat(pace.nextInNanos(NOW + MILLI)).isEqualTo(MILLI);
    }

    @Test
    void nextInNanos_aLittleLate_makesUpForIt() {
        long late = NOW + 10 * MILLI;
        for (int i = 0; i <= 10; i++) {
            assertThat(pace.nextInNanos(late)).isZero();
        }
        assertThat(pace.nextInNanos(late)).isEqualTo(MILLI);
    }

    @Test
    void nextInNanos_longLate_makesUpForAMomentAlone() {
        long late = NOW + Duration.ofHours(1).toNanos();
        for (int i = 0; i <= 50; i++) {
            assertThat(pace.nextInNanos(late)).isZero();
        }
        assertThat(pace.nextInNanos(late)).isEqualTo(MILLI);
    }
}
