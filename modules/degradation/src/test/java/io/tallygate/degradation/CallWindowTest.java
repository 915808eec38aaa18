package io.tallygate.degradation;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What calls of the last five seconds are counted as. */
final class CallWindowTest {

    private static final Duration TICK = Duration.ofMillis(250);

    private final Ticker ticker = new Ticker();
    private final CallWindow window = new CallWindow(0);

    private void pass(Duration time) {
        for (Duration passed = Duration.ZERO; passed.compareTo(time) < 0; passed = passed.plus(TICK)) {
            ticker.pass(TICK);
            window.advance(ticker.getAsLong());
        }
    }

    @Test
    void calls_thatEnded_countAtOnceAndForFiveSeconds() {
        window.current().succeeded();
        window.current().began();
        window.current().ended(false);
        assertThat(window.calls()).isEqualTo(2);
        assertThat(window.failures()).isOne();

        pass(Duration.ofSeconds(4));
        assertThat(window.calls()).isEqualTo(2);
        pass(Duration.ofSeconds(2));
        assertThat(window.calls()).isZero();
    }

    @Test
    void call_thatIsUnderWay_hasFailedAfterASecond() {
        CallSlot slot = window.current();
        slot.began();
        pass(Duration.ofMillis(750));
        assertThat(window.calls()).isZero();
        pass(Duration.ofSeconds(1));
        assertThat(window.failures()).isOne();
        slot.ended(true);
        pass(TICK);
        assertThat(window.failures()).isOne();
        assertThat(window.calls()).isOne();
    }

    @Test
    void call_thatEndsInTime_isWhatItEndedIn() {
        CallSlot slot = window.current();
        slot.began();
        slot.began();
        pass(TICK);
        slot.ended(true);
        slot.ended(false);
        pass(Duration.ofSeconds(2));
        assertThat(window.calls()).isEqualTo(2);
        assertThat(window.failures()).isOne();
    }

    @Test
    void clear_always_forgetsWhatIsUnderWay() {
        CallSlot slot = window.current();
        slot.began();
        slot.began();
        slot.ended(false);
        window.clear(ticker.getAsLong());
        pass(Duration.ofSeconds(2));
        slot.ended(false);
        assertThat(window.calls()).isZero();
    }

    @Test
    void call_afterALongTimeWithoutAny_isCounted() {
        pass(Duration.ofMinutes(1));
        window.current().began();
        pass(Duration.ofMillis(500));
        assertThat(window.failures()).isZero();
        pass(Duration.ofSeconds(1));
        assertThat(window.failures()).isOne();
    }
}
