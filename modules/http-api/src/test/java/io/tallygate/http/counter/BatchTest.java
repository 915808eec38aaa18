package io.tallygate.http.counter;

import static io.tallygate.http.ProblemAssert.assertErrors;
import static io.tallygate.http.ProblemAssert.assertInvalid;
import static io.tallygate.http.ProblemAssert.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import io.tallygate.counter.CounterKey;
import io.tallygate.counter.Increment;
import io.tallygate.http.TestServer;
import io.tallygate.http.TestServer.Answer;
import io.tallygate.kernel.OverloadedException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class BatchTest {

    private final TestServer server = new TestServer(Map.of());
    private int number;
    private String resource = "";

    @BeforeEach
    void nextResource() {
        resource = "r" + number++;
    }

    @AfterEach
    void workAgain() {
        server.counters.failWith(null);
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private String item(String more) {
        return "{\"resource_id\":\"" + resource + "\",\"counter_type\":\"v\"" + more + "}";
    }

    private static String operations(String... items) {
        return "{\"operations\":[" + String.join(",", items) + "]}";
    }

    private long value() {
        return server.get("/api/v1/counter/" + resource + "/v").json().path("value").asLong();
    }

    private static List<String> statuses(Answer answer) {
        return answer.json().path("results").findValuesAsText("status");
    }

    @Test
    void batch_allValid_isOneWriteAnsweredInOrder() {
        int before = server.counters.writes().size();

        Answer answer = server.batch(operations(item(""), item(",\"delta\":4"), item(",\"increment\":-2")));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text()).isEqualTo("{\"results\":[{\"status\":\"applied\",\"value\":1},"
                + "{\"status\":\"applied\",\"value\":5},{\"status\":\"applied\",\"value\":3}]}");
        assertThat(server.counters.writes()).hasSize(before + 1);
    }

    @Test
    void batch_someInvalid_is207AndAppliesTheOthers() {
        server.counters.set(CounterKey.of(resource, "full"), Long.MAX_VALUE);

        Answer answer = server.batch(operations(item(""), item(",\"delta\":0,\"user_id\":7"), "3",
                "{\"resource_id\":\"" + resource + "\",\"counter_type\":\"full\"}", item("")));

        assertThat(answer.status()).isEqualTo(207);
        var results = answer.json().path("results");
        assertThat(results.get(0).path("value").asLong()).isEqualTo(1);
        assertErrors(results.get(1).path("error"), "operations[1].user_id", "operations[1].delta");
        assertErrors(results.get(2).path("error"), "operations[2]");
        assertThat(results.get(3).path("error").path("type").asText())
                .isEqualTo("urn:tallygate:problem:counter-overflow");
        assertThat(results.get(4).path("value").asLong()).isEqualTo(2);
        assertThat(results.findValuesAsText("status"))
                .containsSubsequence("applied", "invalid", "invalid", "invalid", "applied");
    }

    @Test
    void batch_allInvalid_is207AndWritesNothing() {
        int before = server.counters.writes().size();

        Answer answer = server.batch(operations("{}", "null"));

        assertThat(answer.status()).isEqualTo(207);
        assertThat(server.counters.writes()).hasSize(before);
    }

    @Test
    void batch_requestIds_areAppliedOnceEach() {
        String first = item(",\"request_id\":\"" + resource + "-1\"");
        String other = item(",\"delta\":9,\"request_id\":\"" + resource + "-1\"");

        assertThat(server.batch(operations(first, item(""))).status()).isEqualTo(200);
        assertThat(value()).isEqualTo(2);
        Answer again = server.batch(operations(first, other, item(",\"request_id\":\"\"")));

        assertThat(again.status()).isEqualTo(207);
        assertThat(again.json().at("/results/0/value").asLong()).isEqualTo(1);
        assertThat(again.json().at("/results/1/error/type").asText()).endsWith("idempotency-key-reused");
        assertErrors(again.json().at("/results/2/error"), "operations[2].request_id");
        assertThat(value()).isEqualTo(2);
    }

    @Test
    void batch_idempotencyKey_coversItemsWithoutRequestId() {
        String key = "batch " + resource;

        Answer first = server.batch(operations(item(""), item("")), "Idempotency-Key", key);
        Answer second = server.batch(operations(item(""), item("")), "Idempotency-Key", key);

        assertThat(second.text()).isEqualTo(first.text());
        assertThat(value()).isEqualTo(2);
        assertProblem(server.batch(operations(item("")), "Idempotency-Key", key), 422, "idempotency-key-reused");
        Answer mixed = server.batch(
                operations(item(""), item(",\"request_id\":\"mixed " + resource + "\"")), "Idempotency-Key", key);
        assertThat(mixed.status()).isEqualTo(207);
        assertThat(mixed.json().at("/results/0/status").asText()).isEqualTo("invalid");
        assertThat(mixed.json().at("/results/1/value").asLong()).isEqualTo(3);
        assertInvalid(server.batch(operations(item("")), "Idempotency-Key", "k".repeat(257)), "Idempotency-Key");
    }

    @Test
    void batch_wholeBroken_is400() {
        assertInvalid(server.batch("{}"), "operations");
        assertInvalid(server.batch("{\"operations\":[]}"), "operations");
        assertInvalid(server.batch("{\"operations\":{}}"), "operations");
        assertInvalid(server.batch("{\"operations\":[" + item("") + "],\"async\":1}"), "async");
        assertInvalid(server.batch("{\"operations\":[" + item("") + "],\"operations\":[]}"), "operations",
                "operations");
        assertInvalid(server.batch(operations(Collections.nCopies(1001, "{}").toArray(String[]::new))), "operations");
        assertProblem(server.batch("{\"operations\":[" + item("")), 400, "malformed-json");
        assertThat(value()).isZero();
    }

    @Test
    void batch_ofAThousand_isApplied() {
        Answer answer = server.batch(
                operations(Collections.nCopies(Increment.REQUEST_MAX, item("")).toArray(String[]::new)));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().path("results")).hasSize(1000);
        assertThat(value()).isEqualTo(1000);
    }

    @Test
    void batch_async_is202() {
        String items = item("") + "," + item(",\"request_id\":\"async " + resource + "\"");

        Answer answer = server.batch("{\"async\":true,\"extra\":[],\"operations\":[" + items + "]}");

        assertThat(answer.status()).isEqualTo(202);
        assertThat(answer.text()).isEqualTo("{\"accepted\":2}");
        assertThat(value()).isEqualTo(2);
    }

    @Test
    void batch_asyncSomeInvalid_is207() {
        Answer answer = server.batch("{\"operations\":[" + item("") + ",{}],\"async\":true}");

        assertThat(answer.status()).isEqualTo(207);
        assertThat(answer.json().path("accepted").asInt()).isEqualTo(1);
        assertThat(statuses(answer)).containsSubsequence("accepted", "invalid");
    }

    @Test
    void batch_everyWriteFails_is503() {
        server.counters.failWith(new OverloadedException(1));
        String body = operations(item(""), "{}", item(",\"request_id\":\"f " + resource + "\""));

        assertProblem(server.batch(body), 503, "overloaded");
        assertProblem(server.batch("{\"async\":true," + body.substring(1)), 503, "overloaded");
        server.counters.failWith(new IllegalStateException("inside"));
        assertProblem(server.batch(body), 500, "internal-error");
    }

    @Test
    void batch_oneOfTwoWritesFails_saysWhich() {
        server.counters.failKeyed(new OverloadedException(1));
        Answer answer = server.batch(operations(item(""), item(",\"request_id\":\"p " + resource + "\"")));

        assertThat(answer.status()).isEqualTo(207);
        assertThat(answer.json().at("/results/0/value").asLong()).isEqualTo(1);
        assertThat(answer.json().at("/results/1/status").asText()).isEqualTo("failed");
        assertThat(answer.json().at("/results/1/error/type").asText()).endsWith("overloaded");
    }
}
