package io.tallygate.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Quotas by functions that are invoked with one document of the contract each, beside the function for HTTP. */
@FunctionsOnly
class QuotaFunctionsIT extends QuotaSuite {

    private static final Duration EXPIRY = Duration.ofSeconds(60);

    private final String type = freshType();
    private final String subject = freshSubject();

    /** A function of the module for direct calls, on the store of this class. */
    private LambdaFunction function(String name) {
        var function = new LambdaFunction(Deployments.functionZip("direct"), FunctionSuite.PACKAGE + name,
                Launch.patient().with(store.settings()).environment(), 1);
        function.start();
        return function;
    }

    private JsonNode invoke(String name, Object document) {
        try (LambdaFunction function = function(name)) {
            return Json.tree(function.invoke(Json.text(document)).text());
        }
    }

    @Test
    void whatIsConsumedWithoutHttpIsWhatIsConsumedOverIt() {
        quotas.settle(subject, QuotaApi.limit(type, 10, "lifetime"));
        var consumption = QuotaApi.consumption(subject, type, 4, "request_id", seed.name("request"));
        try (LambdaFunction consume = function("QuotaConsumeFunction")) {
            String first = consume.invoke(Json.text(consumption)).text();
            assertThat(Json.tree(first).path("allowed").booleanValue()).as(first).isTrue();
            assertThat(consume.invoke(Json.text(consumption)).text()).isEqualTo(first);
            JsonNode denied = Json.tree(consume.invoke(Json.text(QuotaApi.consumption(subject, type, 7))).text());
            assertThat(denied.path("status").intValue()).as("%s", denied).isEqualTo(429);
            assertThat(denied.path("allowed").isBoolean() && !denied.path("allowed").booleanValue()).isTrue();
        }
        assertThat(invoke("QuotaCheckFunction", QuotaApi.consumption(subject, type, 6)).path("allowed")
                .booleanValue()).isTrue();
        JsonNode batch = invoke("QuotaConsumeBatchFunction", Json.object("operations",
                List.of(QuotaApi.consumption(subject, type, 1), QuotaApi.consumption(subject, type, 9))));
        assertThat(batch.path("results").get(0).path("status").asText()).as("%s", batch).isEqualTo("granted");
        assertThat(batch.path("results").get(1).path("status").asText()).as("%s", batch).isEqualTo("denied");
        JsonNode reserved = invoke("QuotaReserveFunction", QuotaApi.consumption(subject, type, 3, "ttl", "10m"));
        JsonNode committed = invoke("QuotaCommitFunction",
                Json.object("reservation_id", reserved.path("reservation_id").asText(), "value", 2));
        assertThat(committed.path("state").asText()).as("%s", committed).isEqualTo("committed");
        assertThat(quotas.used(subject, type, "lifetime")).isEqualByComparingTo("7");
    }

    @Test
    void aReservationThatIsOverIsGivenBackByThePurge() {
        String late = freshSubject();
        quotas.settle(late, QuotaApi.limit(type, 10, "lifetime"));
        assertThat(quotas.reserve(late, type, 6, "1s")).hasStatus(201);
        try (LambdaFunction purge = function("PurgeFunction")) {
            Await.until(EXPIRY, "the reservation is given back", () -> {
                purge.invoke("{}");
                return quotas.used(late, type, "lifetime").signum() == 0;
            });
        }
    }
}
