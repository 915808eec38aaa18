package io.tallygate.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Functions that are invoked with one document of the contract each. */
@FunctionsOnly
class DirectFunctionsIT extends FunctionSuite {

    static final String INCREMENT = PACKAGE + "IncrementFunction";
    static final String BATCH_INCREMENT = PACKAGE + "BatchIncrementFunction";
    static final String GET = PACKAGE + "GetFunction";

    private static final String PURGE = PACKAGE + "PurgeFunction";

    @Test
    void incrementAnswersWithTheNewValue() {
        Counter counter = freshCounter();
        JsonNode answer = invoke(INCREMENT, Json.text(Json.increment(counter, 5)));
        assertThat(answer.path("resource_id").asText()).isEqualTo(counter.resourceId());
        assertThat(answer.path("counter_type").asText()).isEqualTo(counter.counterType());
        assertThat(answer.path("value").longValue()).isEqualTo(5);
        assertThat(answer.has("status")).as("no problem").isFalse();
        assertThat(value(counter)).isEqualTo(5);
    }

    @Test
    void anIncrementWithARequestIdIsAppliedOnce() {
        Counter counter = freshCounter();
        var increment = Json.increment(counter, 5);
        increment.put("request_id", seed.name("request"));
        JsonNode first = invoke(INCREMENT, Json.text(increment));
        assertThat(invoke(INCREMENT, Json.text(increment))).isEqualTo(first);
        increment.put("delta", 6);
        assertProblem(invoke(INCREMENT, Json.text(increment)), 422, "idempotency-key-reused");
        assertThat(value(counter)).isEqualTo(5);
    }

    @Test
    void batchIncrementAnswersEachOperationInItsPlace() {
        Counter counter = freshCounter();
        JsonNode answer = invoke(BATCH_INCREMENT, Json.batch(
                List.of(Json.increment(counter, 1), Json.increment(counter, 0), Json.increment(counter, 2))));
        assertThat(answer.path("results").findValuesAsText("value")).containsOnlyOnce("1", "3");
        assertThat(answer.path("results").get(1).path("status").asText()).isEqualTo("invalid");
        assertThat(answer.path("results").get(1).path("error").path("errors").get(0).path("field").asText())
                .contains("delta");
        assertThat(value(counter)).isEqualTo(3);
    }

    @Test
    void whatIsAcceptedWithoutWaitingIsAnsweredAsCommitted() {
        Counter counter = freshCounter();
        var batch = Json.object("operations", List.of(Json.increment(counter, 4)), "async", true);
        assertThat(invoke(BATCH_INCREMENT, Json.text(batch)).path("results").get(0).path("value").longValue())
                .isEqualTo(4);
    }

    @Test
    void aCounterThatWasNeverWrittenIsZero() {
        assertThat(value(freshCounter())).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "nonsense", "\"text\"", "{\"resource_id\":"})
    void aDocumentThatIsNoJsonObjectIsAProblem(String document) {
        for (String handler : List.of(INCREMENT, BATCH_INCREMENT, GET)) {
            assertThat(invoke(handler, document).path("status").intValue()).isEqualTo(400);
        }
    }

    @Test
    void aFieldThatBreaksARuleIsNamed() {
        Counter counter = freshCounter();
        assertNames(invoke(INCREMENT, Json.text(Json.increment(counter, 0))), "delta");
        assertNames(invoke(BATCH_INCREMENT, "{\"operations\":[]}"), "operations");
        assertNames(invoke(GET, "{\"resource_id\":\"a\"}"), "counter_type");
        assertThat(value(counter)).isZero();
    }

    @Test
    void aBatchWithARequestIdIsAppliedOnce() {
        Counter counter = freshCounter();
        String batch = Json.text(Json.object("request_id", seed.name("batch"), "operations",
                List.of(Json.increment(counter, 1), Json.increment(counter, 2))));
        JsonNode first = invoke(BATCH_INCREMENT, batch);
        assertThat(invoke(BATCH_INCREMENT, batch)).isEqualTo(first);
        assertThat(value(counter)).isEqualTo(3);
    }

    @Test
    void aMemberThatIsNullIsAbsent() {
        Counter counter = freshCounter();
        var increment = Json.increment(counter, 5);
        for (String optional : List.of("increment", "user_id", "async", "request_id")) {
            increment.put(optional, null);
        }
        assertThat(invoke(INCREMENT, Json.text(increment)).path("value").longValue()).isEqualTo(5);
        var operations = Json.object("operations", List.of(increment));
        operations.put("async", null);
        operations.put("request_id", null);
        JsonNode batch = invoke(BATCH_INCREMENT, Json.text(operations));
        assertThat(batch.path("results").get(0).path("value").longValue()).as("%s", batch).isEqualTo(10);
        assertNames(invoke(GET, "{\"resource_id\":null,\"counter_type\":\"likes\"}"), "resource_id");
    }

    @Test
    void aMisspeltMemberIsToldTheRightOne() {
        Counter counter = freshCounter();
        var increment = Json.increment(counter, 5);
        increment.put("requestId", "r");
        JsonNode answer = invoke(INCREMENT, Json.text(increment));
        assertNames(answer, "requestId");
        assertThat(answer.path("detail").asText()).contains("did you mean \"request_id\"?");
        assertNames(invoke(GET, "{\"resourceId\":\"a\",\"counter_type\":\"likes\"}"), "resourceId");
        assertThat(invoke(BATCH_INCREMENT, "{\"items\":[]}").path("detail").asText())
                .isEqualTo("operations is required; did you mean it by \"items\"?");
        assertThat(value(counter)).isZero();
    }

    @Test
    void aDocumentOfMoreThanAMebibyteIsTooLarge() {
        var increment = Json.increment(freshCounter(), 1);
        increment.put("padding", "x".repeat(1 << 20));
        assertProblem(invoke(INCREMENT, Json.text(increment)), 413, "content-too-large");
    }

    @Test
    void anIncrementBeyondTheRangeOfAValueIsAProblem() {
        Counter counter = freshCounter();
        var operations = Collections.nCopies(1_000, Json.increment(counter, 1L << 53));
        invoke(BATCH_INCREMENT, Json.batch(operations));
        JsonNode answer = invoke(BATCH_INCREMENT, Json.batch(operations));
        assertThat(answer.path("results").get(999).path("error").path("status").intValue()).isEqualTo(409);
        assertProblem(invoke(INCREMENT, Json.text(Json.increment(counter, 1L << 53))), 409, "counter-overflow");
    }

    @Test
    void purgingDeletesNothingThatIsStillNeeded() {
        Counter counter = freshCounter();
        var increment = Json.increment(counter, 5);
        increment.put("request_id", seed.name("request"));
        JsonNode first = invoke(INCREMENT, Json.text(increment));
        assertThat(invoke(PURGE, "{}").path("purged").isIntegralNumber()).isTrue();
        assertThat(invoke(INCREMENT, Json.text(increment))).isEqualTo(first);
        assertThat(value(counter)).isEqualTo(5);
    }

    @Test
    void onTheEmbeddedStoreNoneStarts() {
        for (String handler : List.of(INCREMENT, PURGE)) {
            try (var function = new LambdaFunction(Deployments.functionZip("direct"), handler, Map.of(), 1)) {
                assertThat(function.initializationError()).contains("tallygate.store", "redis or postgresql");
            }
        }
    }

    private static void assertProblem(JsonNode answer, int status, String type) {
        assertThat(answer.path("status").intValue()).as("%s", answer).isEqualTo(status);
        assertThat(answer.path("type").asText()).as("%s", answer).endsWith(type);
    }

    private static void assertNames(JsonNode answer, String field) {
        assertProblem(answer, 400, "invalid-input");
        assertThat(answer.path("errors").findValuesAsText("field")).contains(field);
    }
}
