package io.tallygate.counter;

import static org.assertj.core.api.Assertions.assertThat;

import io.tallygate.kernel.ProblemCategory;
import io.tallygate.ledger.Refusal;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The kinds of error that only counters have. */
final class CounterProblemTest {

    @ParameterizedTest
    @EnumSource
    void kind_always_isKnownByItsNameAndNamesTheCounter(CounterProblem kind) {
        assertThat(kind.slug()).isEqualTo(kind.name().toLowerCase(Locale.ROOT).replace('_', '-'));
        assertThat(kind.title()).isNotBlank().doesNotEndWith(".");
        assertThat(kind.detail("operations[3]")).contains("operations[3]");
    }

    @Test
    void of_aRefusal_saysWhetherAnotherStateWouldHelp() {
        assertThat(CounterProblem.of(Refusal.RANGE).category()).isEqualTo(ProblemCategory.OUT_OF_RANGE);
        assertThat(CounterProblem.of(Refusal.WRONG_TYPE).category()).isEqualTo(ProblemCategory.INTERNAL);
    }
}
