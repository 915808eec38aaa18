package io.tallygate.http.quota;

import static org.assertj.core.api.Assertions.assertThat;

import io.tallygate.http.Document;
import io.tallygate.kernel.OverloadedException;
import io.tallygate.kernel.RequestKey;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

final class QuotaDocumentsTest {

    private static final String ONE = "{\"subject\":\"user-7\",\"quota_type\":\"api_calls\"";

    private final ScriptedQuotas quotas = new ScriptedQuotas();
    private final QuotaDocuments documents = new QuotaDocuments(quotas,
            new DecisionAnswers(InstantSource.fixed(ScriptedQuotas.NOW)));

    private static byte[] bytes(String json) {
        return json.getBytes(StandardCharsets.UTF_8);
    }

    private static String answer(CompletionStage<Document> stage, int status) {
        Document document = stage.toCompletableFuture().join();
        String text = new String(document.json(), StandardCharsets.UTF_8);
        assertThat(document.status()).as(text).isEqualTo(status);
        return text;
    }

    @Test
    void check_eitherWay_answersTheDecision() {
        assertThat(answer(documents.check(bytes(ONE + "}")), 200)).startsWith("{\"allowed\":true");
        assertThat(answer(documents.check(bytes(ONE + ",\"value\":11}")), 200)).startsWith("{\"allowed\":false");
    }

    @Test
    void consume_denied_isAProblemWithTheDecision() {
        assertThat(answer(documents.consume(bytes(ONE + ",\"request_id\":\"r\"}")), 200))
                .startsWith("{\"allowed\":true");
        assertThat(quotas.lastCall()).endsWith("NORMAL RequestKey[caller=, name=r]");
        assertThat(answer(documents.consume(bytes(ONE + ",\"value\":11}")), 429))
                .contains("\"status\":429", "\"allowed\":false");
    }

    @Test
    void consume_async_isCommittedAllTheSame() {
        assertThat(answer(documents.consume(bytes(ONE + ",\"async\":true}")), 200)).startsWith("{\"allowed\":true");
        assertThat(quotas.lastCall()).startsWith("consume ").endsWith("FORCE null");
    }

    @Test
    void consumeBatch_items_areDecidedEachForItself() {
        assertThat(answer(documents.consumeBatch(bytes("{\"request_id\":\"b\",\"operations\":[" + ONE + "}," + ONE
                + ",\"value\":11},{}]}")), 207)).contains("\"status\":\"granted\"", "\"status\":\"denied\"",
                        "\"status\":\"invalid\"");
        assertThat(quotas.lastCall()).endsWith("RequestKey[caller=, name=b#1]");
    }

    @Test
    void consumeBatch_nothingOfItIsDone_isAProblem() {
        quotas.failWith(new OverloadedException(3));
        assertThat(answer(documents.consumeBatch(bytes("{\"operations\":[" + ONE + "}," + ONE + "}]}")), 503))
                .contains("overloaded");
    }

    @Test
    void reserveAndCommit_byDocuments_endAReservation() {
        assertThat(answer(documents.reserve(bytes(ONE + ",\"ttl\":\"30s\"}")), 201))
                .startsWith("{\"reservation_id\":\"r-1\"");
        assertThat(answer(documents.commit(bytes("{\"reservation_id\":\"r-1\",\"value\":2.5}")), 200))
                .contains("\"state\":\"committed\"");
        assertThat(quotas.lastCall())
                .isEqualTo("commit r-1 Commitment[value=2.5, quotas=[], force=false]");
        assertThat(answer(documents.commit(bytes("{}")), 400)).contains("reservation_id");
        assertThat(answer(documents.commit(bytes("{\"reservation_id\":7}")), 400)).contains("reservation_id");
        quotas.endOtherwise(true);
        assertThat(answer(documents.commit(bytes("{\"reservation_id\":\"r-1\"}")), 409))
                .contains("reservation-ended", "\"state\":\"committed\"");
    }

    @Test
    void anyDocument_thatBreaksARule_isAProblem() {
        for (String json : new String[]{"", "[]", "{}", "nonsense"}) {
            assertThat(answer(documents.check(bytes(json)), 400)).contains("\"status\":400");
            assertThat(answer(documents.consume(bytes(json)), 400)).contains("\"status\":400");
            assertThat(answer(documents.consumeBatch(bytes(json)), 400)).contains("\"status\":400");
            assertThat(answer(documents.reserve(bytes(json)), 400)).contains("\"status\":400");
            assertThat(answer(documents.commit(bytes(json)), 400)).contains("\"status\":400");
        }
    }
}
