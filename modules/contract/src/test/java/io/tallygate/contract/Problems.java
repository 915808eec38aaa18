package io.tallygate.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

/** Assertions about error answers (RFC 9457). */
final class Problems {

    private Problems() {}

    /** An error answer that a program can read and a person can understand. */
    static void assertProblem(Answer answer, int status) {
        assertThat(answer.status()).as("status of %s", answer).isEqualTo(status);
        assertThat(answer.mediaType()).as("media type of %s", answer).isEqualTo("application/problem+json");
        JsonNode problem = answer.json();
        assertThat(problem.path("type").isTextual()).as("'type' in %s", answer).isTrue();
        assertThat(problem.path("title").asText()).as("'title' in %s", answer).isNotBlank();
        assertThat(problem.path("status").asInt()).as("'status' in %s", answer).isEqualTo(status);
        assertThat(problem.path("detail").asText()).as("'detail' in %s", answer).isNotBlank();
        assertThat(answer.body()).as("no insides of the program").doesNotContain("Exception", "\tat ", "io.micronaut");
    }

    /** A 400 that names the field, shows its value and says what would be right. */
    static void assertInvalid(Answer answer, String field) {
        assertProblem(answer, 400);
        JsonNode errors = answer.json().path("errors");
        assertThat(errors.isArray() && !errors.isEmpty()).as("a list of errors in %s", answer).isTrue();
        for (JsonNode error : errors) {
            assertThat(error.path("field").asText()).as("the field of each error in %s", answer).isNotBlank();
            assertThat(error.has("value")).as("the value of each error in %s", answer).isTrue();
            assertThat(error.path("rule").asText()).as("the rule of each error in %s", answer).isNotBlank();
        }
        assertThat(answer.each("errors", "field")).as("the fields named by %s", answer)
                .anyMatch(name -> name.contains(field));
    }

    /** The store or the service is not there for the moment: says so, and when to come again. */
    static void assertUnavailable(Answer answer) {
        assertProblem(answer, 503);
        assertThat(answer.header("Retry-After")).as("Retry-After of %s", answer).matches("[1-9][0-9]{0,3}");
    }
}
