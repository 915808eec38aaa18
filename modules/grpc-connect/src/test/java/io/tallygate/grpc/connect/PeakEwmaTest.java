package io.tallygate.grpc.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class PeakEwmaTest {

    private static final long DECAY_NANOS = Duration.ofSeconds(PeakEwma.DECAY_SECONDS).toNanos();

    private long now = 1_000_000;
    private final PeakEwma load = new PeakEwma(() -> now);

    private void call(long millis, boolean answered) {
        long start = load.begun();
        now += Duration.ofMillis(millis).toNanos();
        load.ended(start, answered);
    }

    private static double millis(long millis) {
        return Duration.ofMillis(millis).toNanos();
    }

    @Test
    void load_higherLatency_isTakenOverAtOnce() {
        call(1, true);
        assertThat(load.load()).isEqualTo(millis(1));
        call(80, true);
        assertThat(load.load()).isEqualTo(millis(80));
    }

    @Test
    void load_lowerLatency_isApproachedOverTheDecay() {
        call(1_000, true);
        call(10, true);
        assertThat(load.load()).isBetween(millis(990), millis(1_000));
        for (int i = 0; i < 5_000; i++) {
            call(10, true);
        }
        assertThat(load.load()).isBetween(millis(10), millis(30));
    }

    @Test
    void load_withoutCalls_fadesByTheDecayHoweverOftenItIsAskedFor() {
        call(1_000, true);
        for (int i = 0; i < 100; i++) {
            now += DECAY_NANOS / 100;
            load.load();
        }
        assertThat(load.load()).isCloseTo(millis(1_000) / Math.E, within(millis(1)));
    }

    @Test
    void load_callsInFlight_multiplyIt() {
        call(10, true);
        load.begun();
        load.begun();
        assertThat(load.load()).isEqualTo(3 * millis(10));
    }

    @Test
    void load_nothingKnownYet_isNoneBeforeTheFirstCallAndMoreThanAnyDuringIt() {
        assertThat(load.load()).isZero();
        long start = load.begun();
        assertThat(load.load()).isGreaterThan((double) Duration.ofHours(1).toNanos());
        double one = load.load();
        load.begun();
        assertThat(load.load()).isGreaterThan(one);
        now += 5;
        load.ended(start, true);
        assertThat(load.load()).isEqualTo(2 * 5);
    }

    @Test
    void ended_failed_raisesAndNeverLowers() {
        call(100, true);
        call(1, false);
        assertThat(load.load()).isGreaterThan(millis(99));
        call(500, false);
        assertThat(load.load()).isEqualTo(millis(500));
    }
}
