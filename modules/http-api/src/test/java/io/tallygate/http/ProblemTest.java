package io.tallygate.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.http.HttpHeaders;
import io.tallygate.counter.CounterProblem;
import io.tallygate.kernel.Asked;
import io.tallygate.kernel.DomainProblemException;
import io.tallygate.kernel.GeneralProblem;
import io.tallygate.kernel.ProblemCategory;
import io.tallygate.kernel.ProblemKind;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What a kind of problem, of whichever domain, is over HTTP. */
final class ProblemTest {

    /** A kind of a domain that this module does not know. */
    private record OtherDomains(Definition definition) implements ProblemKind {

        OtherDomains(ProblemCategory category) {
            this(new Definition("toll-unpaid", category, "The toll is unpaid"));
        }
    }

    @ParameterizedTest
    @CsvSource({"INVALID, 400", "NOT_FOUND, 404", "CONFLICT, 409", "PRECONDITION, 412", "OUT_OF_RANGE, 409",
            "KEY_REUSED, 422",
            "LIMITED, 429", "INTERNAL, 500", "UNAVAILABLE, 503", "NOT_SET_UP, 503"})
    void response_toAKindOfAnotherDomain_hasTheStatusOfItsCategory(ProblemCategory category, int status) {
        var answer = new Problem(new OtherDomains(category), "gate 7", List.of(), Duration.ofMillis(1_500)).response();

        assertThat(answer.code()).isEqualTo(status);
        assertThat(answer.header(HttpHeaders.RETRY_AFTER)).isEqualTo("2");
        assertThat(new String(answer.body(), StandardCharsets.UTF_8))
                .isEqualTo(
                        "{\"type\":\"urn:tallygate:problem:toll-unpaid\",\"title\":\"The toll is unpaid\",\"status\":"
                                + status + ",\"detail\":\"gate 7\"}");
    }

    @Test
    void from_aProblemOfAnotherDomain_isItsKindAndDetail() {
        var failure = new DomainProblemException(new OtherDomains(ProblemCategory.CONFLICT), "gate 7",
                new IllegalStateException("an inside"));

        Problem problem = Problem.from(new CompletionException(failure), Asked.READ, "key");

        assertThat(problem.kind()).isEqualTo(failure.kind());
        assertThat(problem.detail()).isEqualTo("gate 7");
    }

    @ParameterizedTest
    @EnumSource(HttpProblem.class)
    void status_ofAKindThatOnlyHttpHas_isItsOwn(HttpProblem kind) {
        assertThat(Problem.of(kind, "").status().getCode()).isEqualTo(kind.status().getCode());
    }

    @Test
    void slugs_ofAllKinds_areDifferentWordsWithHyphens() {
        assertThat(Stream.<ProblemKind[]>of(GeneralProblem.values(), HttpProblem.values(), CounterProblem.values())
                .flatMap(Stream::of).map(ProblemKind::slug)).doesNotHaveDuplicates()
                .allMatch(slug -> slug.matches("[a-z]+(-[a-z]+)*"));
    }
}
