package io.tallygate.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import org.assertj.core.api.AbstractAssert;

/** What a test demands of an answer. A failure shows the whole answer. */
final class AnswerAssert extends AbstractAssert<AnswerAssert, Answer> {

    AnswerAssert(Answer actual) {
        super(actual, AnswerAssert.class);
    }

    AnswerAssert isOk() {
        return hasStatus(200);
    }

    AnswerAssert hasStatus(int status) {
        return hasStatusIn(status);
    }

    AnswerAssert hasStatusIn(int... statuses) {
        isNotNull();
        if (Arrays.stream(statuses).noneMatch(status -> status == actual.status())) {
            throw failure("expected status %s, but %s", expected(statuses), actual);
        }
        return this;
    }

    AnswerAssert hasStatusBetween(int least, int most) {
        isNotNull();
        if (actual.status() < least || actual.status() > most) {
            throw failure("expected a status from %s to %s, but %s", least, most, actual);
        }
        return this;
    }

    private static String expected(int... statuses) {
        return statuses.length == 1 ? Integer.toString(statuses[0]) : "one of " + Arrays.toString(statuses);
    }

    /** One that was decided at an earlier request. */
    AnswerAssert isReplayed() {
        return hasReplayed("true");
    }

    /** One that was decided now, at least in part. */
    AnswerAssert isNotReplayed() {
        return hasReplayed("");
    }

    private AnswerAssert hasReplayed(String expected) {
        if (!actual.header("Idempotency-Replayed").equals(expected)) {
            throw failure("expected Idempotency-Replayed: %s, but %s", expected, actual);
        }
        return this;
    }

    /** A counter's value, or the one that an increment made. */
    AnswerAssert hasValue(long value) {
        JsonNode told = actual.json().path("value");
        if (!told.isIntegralNumber() || told.longValue() != value) {
            throw failure("expected the value %s, but %s", value, actual);
        }
        return this;
    }

    /** An error answer (RFC 9457) that a program can read and a person can understand. */
    AnswerAssert isProblem(int status) {
        hasStatus(status);
        assertThat(actual.mediaType()).as("media type of %s", actual).isEqualTo("application/problem+json");
        JsonNode problem = actual.json();
        assertThat(problem.path("type").isTextual()).as("'type' in %s", actual).isTrue();
        assertThat(problem.path("title").asText()).as("'title' in %s", actual).isNotBlank();
        assertThat(problem.path("status").asInt()).as("'status' in %s", actual).isEqualTo(status);
        assertThat(problem.path("detail").asText()).as("'detail' in %s", actual).isNotBlank();
        assertThat(actual.body()).as("no insides of the program").doesNotContain("Exception", "\tat ", "io.micronaut");
        return this;
    }

    /** An error answer of this kind, such as {@code counter-overflow}. */
    AnswerAssert isProblem(String kind) {
        isProblem(actual.status());
        assertThat(actual.json().path("type").asText()).as("'type' in %s", actual)
                .isEqualTo("urn:tallygate:problem:" + kind);
        return this;
    }

    /** A 400 that names the field, shows its value and says what would be right. */
    AnswerAssert isInvalid(String field) {
        isProblem(400);
        JsonNode errors = actual.json().path("errors");
        assertThat(errors.isArray() && !errors.isEmpty()).as("a list of errors in %s", actual).isTrue();
        for (JsonNode error : errors) {
            assertThat(error.path("field").asText()).as("the field of each error in %s", actual).isNotBlank();
            assertThat(error.has("value")).as("the value of each error in %s", actual).isTrue();
            assertThat(error.path("rule").asText()).as("the rule of each error in %s", actual).isNotBlank();
        }
        assertThat(actual.each("errors", "field")).as("the fields named by %s", actual)
                .anyMatch(name -> name.contains(field));
        return this;
    }

    /** The store or the service is not there for the moment: says so, and when to come again. */
    AnswerAssert isUnavailable() {
        isProblem(503);
        assertThat(actual.header("Retry-After")).as("Retry-After of %s", actual).matches("[1-9][0-9]{0,3}");
        return this;
    }
}
