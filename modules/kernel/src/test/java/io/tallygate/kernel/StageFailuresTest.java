package io.tallygate.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

final class StageFailuresTest {

    private final IllegalStateException failure = new IllegalStateException("the reason");

    @Test
    void cause_ofWhatAStageWraps_isWhatItFailedWith() {
        assertThat(StageFailures.cause(new CompletionException(failure))).isSameAs(failure);
    }

    @Test
    void cause_ofAnythingElse_isItself() {
        assertThat(StageFailures.cause(failure)).isSameAs(failure);
        var alone = new CompletionException("alone", null);
        assertThat(StageFailures.cause(alone)).isSameAs(alone);
    }
}
