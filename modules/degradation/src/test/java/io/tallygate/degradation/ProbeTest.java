package io.tallygate.degradation;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

/** How a dependency is asked, and when it counts as bad. */
final class ProbeTest {

    private static final Duration INTERVAL = Duration.ofSeconds(2);
    private static final Duration TIMEOUT = Duration.ofSeconds(1);

    private final Ticker ticker = new Ticker();
    /** Questions that have begun, and whose answers the test lets come. */
    private final Queue<Runnable> asked = new ArrayDeque<>();
    private boolean isAway;
    private boolean isBroken;
    private int answers;
    private final Probe probe = new Probe("redis", false, () -> {
        if (isAway) {
            throw new IllegalStateException("refused\n by it");
        }
        if (isBroken) {
            throw new NoClassDefFoundError("its library");
        }
    }, INTERVAL, TIMEOUT);

    private void look() {
        probe.look(ticker.getAsLong(), asked::add, ticker, () -> answers++);
    }

    private void askAndAnswer() {
        look();
        Objects.requireNonNull(asked.poll()).run();
        ticker.pass(INTERVAL);
    }

    @Test
    void state_threeFailuresInARow_isBad() {
        isAway = true;
        askAndAnswer();
        askAndAnswer();
        isAway = false;
        askAndAnswer();
        isAway = true;
        askAndAnswer();
        askAndAnswer();
        assertThat(probe.state().bad()).isFalse();
        assertThat(probe.state().isFailing()).isTrue();
        askAndAnswer();
        assertThat(probe.status()).isEqualTo(
                new ProbeStatus("redis", false, false, true, "refused by it", Duration.ZERO));
        assertThat(answers).isEqualTo(6);
    }

    @Test
    void state_fiveAnswersInARow_isGoodAgain() {
        isAway = true;
        for (int i = 0; i < 3; i++) {
            askAndAnswer();
        }
        isAway = false;
        for (int i = 0; i < 4; i++) {
            askAndAnswer();
        }
        isAway = true;
        askAndAnswer();
        isAway = false;
        for (int i = 0; i < 4; i++) {
            askAndAnswer();
            assertThat(probe.state().bad()).isTrue();
        }
        askAndAnswer();
        assertThat(probe.state().bad()).isFalse();
        assertThat(probe.state().isProven()).isTrue();
    }

    @Test
    void look_onlyWhenItIsTime_asks() {
        look();
        look();
        assertThat(asked).hasSize(1);
        Objects.requireNonNull(asked.poll()).run();
        ticker.pass(INTERVAL.minusMillis(1));
        look();
        assertThat(asked).isEmpty();
        ticker.pass(Duration.ofMillis(1));
        look();
        assertThat(asked).hasSize(1);
    }

    @Test
    void look_anAnswerThatDoesNotCome_failsOnceAnIntervalAndIsNotAskedAgain() {
        look();
        ticker.pass(TIMEOUT);
        look();
        look();
        assertThat(probe.state().fails()).isOne();
        ticker.pass(INTERVAL);
        look();
        ticker.pass(INTERVAL);
        look();
        assertThat(probe.state().bad()).isTrue();
        assertThat(probe.status().failure()).isEqualTo("no answer within 1000 ms");
        assertThat(asked).hasSize(1);

        Objects.requireNonNull(asked.poll()).run();
        assertThat(probe.state().fails()).as("an answer that is late says nothing good").isEqualTo(3);
        look();
        assertThat(asked).hasSize(1);
    }

    @Test
    void answer_thatComesLateBeforeAnybodyLooked_isAFailure() {
        look();
        ticker.pass(TIMEOUT.plusMillis(1));
        Objects.requireNonNull(asked.poll()).run();
        assertThat(probe.state().isFailing()).isTrue();
    }

    @Test
    void look_aQuestionThatBreaks_hasFailedAndIsAskedAgain() {
        isBroken = true;
        for (int i = 0; i < 3; i++) {
            askAndAnswer();
        }
        assertThat(probe.state().bad()).isTrue();
        assertThat(probe.status().failure()).isEqualTo("its library");
        isBroken = false;
        for (int i = 0; i < 5; i++) {
            askAndAnswer();
        }
        assertThat(probe.state().bad()).isFalse();
    }

    @Test
    void look_whenThreadsAreGone_saysNothing() {
        probe.look(ticker.getAsLong(), task -> {
            throw new RejectedExecutionException();
        }, ticker, () -> answers++);
        assertThat(answers).isZero();
        assertThat(probe.state().bad()).isFalse();
    }
}
