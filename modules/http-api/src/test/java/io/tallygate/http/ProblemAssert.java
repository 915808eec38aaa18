package io.tallygate.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tallygate.http.TestServer.Answer;

/** What holds for every error of the API. */
public final class ProblemAssert {

    private ProblemAssert() {}

    public static void assertProblem(Answer answer, int status, String slug) {
        assertThat(answer.status()).as("status of %s", answer).isEqualTo(status);
        assertThat(answer.header("Content-Type")).as("%s", answer).isEqualTo("application/problem+json");
        JsonNode problem = answer.json();
        assertThat(problem.path("type").asText()).isEqualTo("urn:tallygate:problem:" + slug);
        assertThat(problem.path("title").asText()).isNotBlank();
        assertThat(problem.path("status").asInt()).isEqualTo(status);
        assertThat(problem.path("detail").asText()).isNotBlank();
        assertThat(answer.text()).doesNotContain("Exception", "io.micronaut", "StreamReadConstraints", "\tat ");
    }

    /** A 400 that names exactly these fields. */
    public static void assertInvalid(Answer answer, String... fields) {
        assertProblem(answer, 400, "invalid-input");
        assertErrors(answer.json(), fields);
    }

    public static void assertErrors(JsonNode problem, String... fields) {
        assertThat(problem.path("errors").findValuesAsText("field")).as("%s", problem).containsExactly(fields);
        assertThat(problem.path("errors")).allSatisfy(error -> {
            assertThat(error.path("rule").asText()).isNotBlank();
            assertThat(error.has("value")).isTrue();
        });
    }
}
