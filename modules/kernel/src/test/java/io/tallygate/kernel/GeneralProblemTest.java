package io.tallygate.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The kinds of error that every domain has. */
final class GeneralProblemTest {

    @ParameterizedTest
    @EnumSource
    void kind_always_isKnownByItsNameAndHasATitleForPeople(GeneralProblem kind) {
        assertThat(kind.slug()).isEqualTo(kind.name().toLowerCase(Locale.ROOT).replace('_', '-'));
        assertThat(kind.title()).isNotBlank().doesNotEndWith(".");
        assertThat(kind.category()).isNotNull();
    }

    @Test
    void kind_ofWhatIsUnavailable_saysWhatIs() {
        assertThat(new OverloadedException(1).kind()).isEqualTo(GeneralProblem.OVERLOADED);
        assertThat(new ShuttingDownException().kind()).isEqualTo(GeneralProblem.SHUTTING_DOWN);
        assertThat(new CommitTimeoutException(Duration.ofSeconds(1)).kind()).isEqualTo(GeneralProblem.COMMIT_TIMEOUT);
        assertThat(new StoreUnavailableException("gone", new RuntimeException()).kind())
                .isEqualTo(GeneralProblem.STORE_UNAVAILABLE);
        assertThat(new DegradedException("reads").kind()).isEqualTo(GeneralProblem.DEGRADED);
        assertThat(new UnknownOutcomeException("lost").kind()).isEqualTo(GeneralProblem.STORE_UNAVAILABLE);
    }
}
