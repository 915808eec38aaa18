package io.tallygate.ratelimit.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class BreakerTest {

    private final SettableTime time = new SettableTime();
    private final Breaker breaker = new Breaker(time.nanos());

    private void fail(int times) {
        for (int i = 0; i < times; i++) {
            breaker.failed();
        }
    }

    private void succeed(int times) {
        for (int i = 0; i < times; i++) {
            breaker.succeeded();
        }
    }

    @Test
    void breaker_afterTenFailuresInARow_isOpen() {
        for (int i = 0; i < 9; i++) {
            assertThat(breaker.failed()).as("opened by failure %d", i).isFalse();
            time.advance(Duration.ofSeconds(2));
        }
        assertThat(breaker.allows()).isTrue();

        assertThat(breaker.failed()).as("opened by the tenth").isTrue();
        assertThat(breaker.allows()).isFalse();
        assertThat(breaker.isOpen()).isTrue();
    }

    @Test
    void breaker_whoseFailuresAreNotInARow_isClosed() {
        for (int i = 0; i < 20; i++) {
            fail(9);
            time.advance(Duration.ofSeconds(2));
            succeed(1);
            time.advance(Duration.ofSeconds(2));
        }

        assertThat(breaker.allows()).isTrue();
    }

    @Test
    void breaker_afterHalfOfASecondsCallsFailed_isOpen() {
        for (int i = 0; i < 5; i++) {
            succeed(1);
            assertThat(breaker.isOpen()).as("after %d pairs", i).isFalse();
            fail(1);
        }

        assertThat(breaker.isOpen()).isTrue();
    }

    @Test
    void breaker_afterLessThanHalfOfASecondsCallsFailed_isClosed() {
        succeed(6);
        fail(5);

        assertThat(breaker.isOpen()).isFalse();
    }

    @Test
    void breaker_countsEachSecondByItself() {
        succeed(2);
        fail(6);
        time.advance(Duration.ofSeconds(1));
        succeed(2);
        fail(2);

        assertThat(breaker.isOpen()).isFalse();
    }

    @Test
    void openBreaker_letsOneCallTryEach100Milliseconds() {
        fail(10);
        time.advance(Duration.ofMillis(99));
        assertThat(breaker.allows()).isFalse();

        time.advance(Duration.ofMillis(1));
        assertThat(breaker.allows()).isTrue();
        assertThat(breaker.allows()).as("a second one").isFalse();

        assertThat(breaker.failed()).as("opened again").isFalse();
        time.advance(Duration.ofMillis(100));
        assertThat(breaker.allows()).isTrue();
        assertThat(breaker.succeeded()).as("closed").isTrue();
        assertThat(breaker.allows()).isTrue();
        assertThat(breaker.allows()).isTrue();
    }

    @Test
    void breaker_thatHasClosed_beginsAnew() {
        fail(10);
        breaker.succeeded();
        fail(8);

        assertThat(breaker.isOpen()).isFalse();
    }
}
