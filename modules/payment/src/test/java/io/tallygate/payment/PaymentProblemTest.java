package io.tallygate.payment;

import static org.assertj.core.api.Assertions.assertThat;

import io.tallygate.kernel.DomainProblemException;
import io.tallygate.kernel.GeneralProblem;
import java.util.Arrays;
import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The kinds of error that only payments have. */
final class PaymentProblemTest {

    @ParameterizedTest
    @EnumSource
    void kind_always_isKnownByItsName(PaymentProblem kind) {
        assertThat(kind.slug()).isEqualTo(kind.name().toLowerCase(Locale.ROOT).replace('_', '-'));
        assertThat(kind.title()).isNotBlank().doesNotEndWith(".");
        assertThat(Arrays.stream(GeneralProblem.values()).map(GeneralProblem::slug)).doesNotContain(kind.slug());
        assertThat(new DomainProblemException(kind, "what happened").kind().category()).isEqualTo(kind.category());
    }
}
