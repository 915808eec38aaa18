package io.tallygate.http.counter;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tallygate.http.Document;
import io.tallygate.kernel.CommitTimeoutException;
import io.tallygate.kernel.OverloadedException;
import io.tallygate.ledger.Consistency;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CounterDocumentsTest {

    private static final String INCREMENT = "{\"resource_id\":\"a\",\"counter_type\":\"likes\",\"delta\":2}";
    private static final String KEYED = "{\"resource_id\":\"a\",\"counter_type\":\"likes\",\"request_id\":\"r\"}";

    private final MemoryCounters counters = new MemoryCounters();
    private final CounterDocuments documents = new CounterDocuments(counters, null);

    @Test
    void increment_ofAGoodDocument_answersTheNewValue() {
        assertThat(answer(documents.increment(bytes(INCREMENT)), 200).path("value").intValue()).isEqualTo(2);
        assertThat(answer(documents.increment(bytes(INCREMENT)), 200).path("value").intValue()).isEqualTo(4);
        assertThat(counters.keyIds()).isEmpty();
    }

    @Test
    void increment_withARequestId_isAppliedOnce() {
        assertThat(answer(documents.increment(bytes(KEYED)), 200).path("value").intValue()).isEqualTo(1);
        assertThat(answer(documents.increment(bytes(KEYED), "delivery"), 200).path("value").intValue()).isEqualTo(1);
        assertThat(answer(documents.increment(bytes(KEYED.replace("\"a\"", "\"b\""))), 422).path("type").asText())
                .endsWith("idempotency-key-reused");
    }

    @Test
    void increment_withoutARequestId_isKnownByItsDelivery() {
        for (int delivery = 0; delivery < 2; delivery++) {
            assertThat(answer(documents.increment(bytes(INCREMENT), "delivery"), 200).path("value").intValue())
                    .isEqualTo(2);
        }
        assertThat(counters.keyIds()).containsOnly("r::delivery");
    }

    @Test
    void increment_thatIsAsync_isCommittedAllTheSame() {
        String async = INCREMENT.replace("}", ",\"async\":true}");
        assertThat(answer(documents.increment(bytes(async)), 200).path("value").intValue()).isEqualTo(2);
    }

    @Test
    void batchIncrement_withAnInvalidOperation_appliesTheOthers() {
        String batch = "{\"operations\":[" + INCREMENT + ",{}," + INCREMENT + "],\"async\":true}";
        JsonNode answer = answer(documents.batchIncrement(bytes(batch)), 207);
        assertThat(answer.path("results").findValuesAsText("value")).contains("2", "4");
        assertThat(answer.path("results").get(1).path("status").asText()).isEqualTo("invalid");
    }

    @Test
    void get_ofACounter_asksTheStore() {
        documents.increment(bytes(INCREMENT));
        String query = "{\"resource_id\":\"a\",\"counter_type\":\"likes\"}";
        assertThat(answer(documents.get(bytes(query)), 200).path("value").intValue()).isEqualTo(2);
        assertThat(counters.lastConsistency()).isEqualTo(Consistency.STRONG);
    }

    @Test
    void batchIncrement_withARequestId_isAppliedOnce() {
        String batch = "{\"request_id\":\"r\",\"operations\":[" + INCREMENT + "]}";
        for (int time = 0; time < 2; time++) {
            assertThat(answer(documents.batchIncrement(bytes(batch)), 200).at("/results/0/value").intValue())
                    .isEqualTo(2);
        }
        assertThat(counters.keyIds()).containsOnly("h::r");
    }

    @Test
    void everyCall_ofANullMember_takesItAsAbsent() {
        String nulls = INCREMENT.replace("}", ",\"request_id\":null,\"async\":null,\"user_id\":null}");
        assertThat(answer(documents.increment(bytes(nulls)), 200).path("value").intValue()).isEqualTo(2);
        String batch = "{\"request_id\":null,\"async\":null,\"operations\":[" + nulls + "]}";
        assertThat(answer(documents.batchIncrement(bytes(batch)), 200).at("/results/0/value").intValue()).isEqualTo(4);
        assertThat(answer(documents.get(bytes("{\"resource_id\":null,\"counter_type\":\"t\"}")), 400)
                .path("detail").asText()).contains("must not be null");
    }

    @Test
    void everyCall_ofAMisspeltMember_suggestsTheRightOne() {
        String misspelt = INCREMENT.replace("}", ",\"requestid\":\"r\"}");
        assertThat(answer(documents.increment(bytes(misspelt)), 400).path("detail").asText())
                .contains("did you mean \"request_id\"?");
        assertThat(answer(documents.get(bytes("{\"resourceId\":\"a\",\"counter_type\":\"t\"}")), 400)
                .path("detail").asText()).contains("did you mean \"resource_id\"?");
        assertThat(answer(documents.batchIncrement(bytes("{\"items\":[" + INCREMENT + "]}")), 400)
                .path("detail").asText()).isEqualTo("operations is required; did you mean it by \"items\"?");
        assertThat(counters.writes()).isEmpty();
    }

    @Test
    void everyCall_thatTimesOut_speaksOfWhatItWas() {
        counters.failWith(new CommitTimeoutException(Duration.ofSeconds(2)));
        assertThat(answer(documents.increment(bytes(INCREMENT)), 503).path("detail").asText())
                .contains("unknown", "the same request_id");
        assertThat(answer(documents.get(bytes("{\"resource_id\":\"a\",\"counter_type\":\"t\"}")), 503)
                .path("detail").asText()).contains("ask again").doesNotContain("request_id", "unknown");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "{", "{\"resource_id\":1}", "nonsense"})
    void everyCall_ofADocumentThatBreaksARule_answersAProblem(String document) {
        assertThat(answer(documents.increment(bytes(document)), 400).path("errors")).isNotEmpty();
        assertThat(answer(documents.batchIncrement(bytes(document)), 400).path("errors")).isNotEmpty();
        assertThat(answer(documents.get(bytes(document)), 400).path("errors")).isNotEmpty();
        assertThat(counters.writes()).isEmpty();
    }

    @Test
    void increment_ofMoreThanAMebibyte_isTooLarge() {
        answer(documents.increment(new byte[(1 << 20) + 1]), 413);
    }

    @Test
    void everyCall_thatTheStoreRefuses_answersAProblem() {
        counters.failWith(new OverloadedException(1));
        answer(documents.increment(bytes(INCREMENT)), 503);
        answer(documents.batchIncrement(bytes("{\"operations\":[" + INCREMENT + "]}")), 503);
        counters.failWith(new IllegalStateException("unexpected"));
        assertThat(answer(documents.increment(bytes(INCREMENT)), 500).path("detail").asText())
                .doesNotContain("unexpected");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static JsonNode answer(CompletionStage<Document> stage, int status) {
        Document document = stage.toCompletableFuture().join();
        String json = new String(document.json(), StandardCharsets.UTF_8);
        assertThat(document.status()).as(json).isEqualTo(status);
        assertThat(document.isProblem()).isEqualTo(status >= 400);
        try {
            return new ObjectMapper().readTree(json);
        } catch (JsonProcessingException e) {
            throw new AssertionError(json, e);
        }
    }
}
