package io.tallygate.http.degradation;

import static io.tallygate.http.ProblemAssert.assertInvalid;
import static io.tallygate.http.ProblemAssert.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tallygate.http.TestServer;
import io.tallygate.http.TestServer.Answer;
import io.tallygate.kernel.OverloadedException;
import io.tallygate.kernel.StoreUnavailableException;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Overrides, and what is answered at each level. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class DegradationControllerTest {

    private static final String PATH = "/api/v1/degradation";
    private static final String OVERRIDE = PATH + "/override";
    private static final String HEADER = "Tallygate-Degradation";

    private final TestServer server = new TestServer(Map.of());

    @AfterEach
    void makeEverythingWellAgain() {
        server.counters.failWith(null);
        assertThat(server.delete(OVERRIDE).status()).isEqualTo(200);
        for (String feature : new String[]{"counter-reads", "leaderboards", "quota-check"}) {
            assertThat(server.delete(OVERRIDE + "?feature=" + feature).status()).isEqualTo(200);
        }
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private Answer put(String json) {
        return server.send("PUT", OVERRIDE, BodyPublishers.ofString(json), "Content-Type", "application/json");
    }

    private void set(String level) {
        assertThat(put("{\"level\":\"" + level + "\",\"reason\":\"drill\",\"ttl\":\"10m\"}").status())
                .isEqualTo(200);
    }

    private static void assertExact(Answer answer) {
        assertThat(answer.status()).as("%s", answer).isEqualTo(200);
        assertThat(answer.header(HEADER)).isEmpty();
        assertThat(answer.json().has("stale")).isFalse();
    }

    private static void assertDegraded(Answer answer) {
        assertThat(answer.status()).as("%s", answer).isEqualTo(200);
        assertThat(answer.header(HEADER)).isEqualTo("degraded");
    }

    private static void assertUnavailable(Answer answer) {
        assertProblem(answer, 503, "degraded");
        assertThat(answer.header("Retry-After")).isNotEmpty();
    }

    @Test
    void get_nothingWrong_tellsFeaturesAndNothingElse() {
        Answer answer = server.get(PATH);
        JsonNode status = answer.json();

        assertThat(status.path("level").asText()).isEqualTo("normal");
        assertThat(status.path("node").asText()).startsWith("node-");
        assertThat(status.path("why")).isEmpty();
        assertThat(status.path("features").findValuesAsText("name")).contains("counter-reads", "leaderboards",
                "quota-check");
        assertThat(status.path("overrides")).isEmpty();
    }

    @Test
    void put_ofAllFeatures_isToldAndInEffectAtOnce() {
        Answer set = put("{\"level\":\"DEGRADED\",\"reason\":\"drill\",\"ttl\":\"10m\"}");

        assertThat(set.status()).isEqualTo(200);
        assertThat(set.json().path("level").asText()).isEqualTo("degraded");
        assertThat(set.json().path("scope").asText()).isEqualTo("node");
        assertThat(Instant.parse(set.json().path("until").asText()))
                .isBetween(Instant.now().plus(Duration.ofMinutes(5)), Instant.now().plus(Duration.ofMinutes(10)));
        JsonNode status = server.get(PATH).json();
        assertThat(status.path("level").asText()).isEqualTo("degraded");
        assertThat(status.at("/overrides/0/by").asText()).isEqualTo("anonymous");
        assertThat(status.path("why").toString()).contains("set by anonymous", "drill");
        assertThat(status.at("/features/0/automatic_level").asText()).isEqualTo("normal");
        assertThat(status.at("/history/0/to").asText()).isEqualTo("degraded");
        JsonNode health = server.get("/health").json();
        assertThat(health.at("/details/degradation/level").asText()).isEqualTo("degraded");
        assertThat(health.path("notes").toString()).contains("counter-reads is degraded");
        assertThat(server.get("/health/readiness").status()).isEqualTo(200);

        assertThat(server.delete(OVERRIDE).json().path("scope").asText()).isEqualTo("node");
        assertThat(server.get(PATH).json().path("level").asText()).isEqualTo("normal");
    }

    @Test
    void put_ofOneFeature_leavesTheOthersAsTheyAre() {
        put("{\"level\":\"minimal\",\"feature\":\"leaderboards\",\"reason\":\"drill\",\"ttl\":\"10m\"}");

        assertExact(server.get("/api/v1/counter/a/one"));
        assertDegraded(server.get("/api/v1/leaderboard/one"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`',
            textBlock = """
                    {}                                                        | level reason ttl
                    {"level":"worse","reason":"r","ttl":"1m"}                 | level
                    {"level":1,"reason":2,"ttl":3}                            | level reason ttl
                    {"level":"minimal","reason":"","ttl":"1m"}                | reason
                    {"level":"minimal","reason":"r","ttl":"25h"}              | ttl
                    {"level":"minimal","reason":"r","ttl":"0s"}               | ttl
                    {"level":"minimal","reason":"r","ttl":"soon"}             | ttl
                    {"level":"minimal","reason":"r","ttl":"1m","feature":"x"} | feature
                    {"level":"minimal","reason":"r","ttl":"1m","featrue":"x"} | featrue
                    """)
    void put_wrongMembers_areNamedAndChangeNothing(String body, String fields) {
        assertInvalid(put(body), fields.split(" "));
        assertThat(server.get(PATH).json().path("level").asText()).isEqualTo("normal");
    }

    @Test
    void delete_ofAFeatureThatIsNotThere_isRefusedByName() {
        assertInvalid(server.delete(OVERRIDE + "?feature=x"), "feature");
        assertInvalid(server.delete(OVERRIDE + "?featrue=x"), "featrue");
    }

    @Test
    void counter_atEachLevel_isFromTheStoreThenAsItWasThenUnavailable() {
        server.increment("{\"resource_id\":\"a\",\"counter_type\":\"levels\",\"delta\":7}");
        Answer exact = server.get("/api/v1/counter/a/levels");
        assertExact(exact);

        set("degraded");
        Answer stale = server.get("/api/v1/counter/a/levels");
        assertDegraded(stale);
        assertThat(stale.text()).isEqualTo(exact.text());
        assertUnavailable(server.get("/api/v1/counter/b/levels"));
        assertUnavailable(server.get("/api/v1/counter/a/levels?consistency=strong"));
        String query = "{\"queries\":[{\"resource_id\":\"a\",\"counter_type\":\"levels\"}%s]}";
        assertDegraded(server.post("/api/v1/counter/batch", query.formatted("")));
        assertUnavailable(server.post("/api/v1/counter/batch",
                query.formatted(",{\"resource_id\":\"b\",\"counter_type\":\"levels\"}")));

        set("minimal");
        assertUnavailable(server.get("/api/v1/counter/a/levels"));
        assertThat(server.increment("{\"resource_id\":\"a\",\"counter_type\":\"levels\"}").json().path("value").asInt())
                .as("writes are never faked").isEqualTo(8);
    }

    @Test
    void counter_theStoreFails_isAnsweredAsItWasWithinTheRequest() {
        server.increment("{\"resource_id\":\"a\",\"counter_type\":\"fails\"}");
        assertExact(server.get("/api/v1/counter/a/fails"));
        server.counters.failWith(new StoreUnavailableException("gone", new IOException("refused")));

        assertDegraded(server.get("/api/v1/counter/a/fails"));
        assertProblem(server.get("/api/v1/counter/b/fails"), 503, "store-unavailable");
        assertProblem(server.get("/api/v1/counter/a/fails?consistency=strong"), 503, "store-unavailable");
        assertProblem(server.increment("{\"resource_id\":\"a\",\"counter_type\":\"fails\"}"), 503,
                "store-unavailable");
    }

    @Test
    void counter_tooManyReadsFail_isDegradedForAll() {
        try (var other = new TestServer(Map.of("tallygate.degradation.dwell", "1s"))) {
            other.get("/api/v1/counter/a/fails");
            other.counters.failWith(new OverloadedException(1));
            while (!other.get(PATH).json().path("level").asText().equals("degraded")) {
                assertDegraded(other.get("/api/v1/counter/a/fails"));
            }
            JsonNode status = other.get(PATH).json();
            assertThat(status.at("/history/0/why").asText()).endsWith("calls failed");
            other.counters.failWith(null);
            assertThat(other.get("/api/v1/counter/never-asked/fails").status())
                    .as("nothing is known to be away").isEqualTo(200);
        }
    }

    @Test
    void leaderboard_atEachLevel_isExactThenAsItWasThenEmpty() {
        for (String resource : new String[]{"a", "b", "c"}) {
            server.increment("{\"resource_id\":\"" + resource + "\",\"counter_type\":\"board\"}");
        }
        Answer exact = server.get("/api/v1/leaderboard/board?limit=3");
        assertExact(exact);
        assertExact(server.get("/api/v1/leaderboard/board?limit=1"));

        set("degraded");
        Answer stale = server.get("/api/v1/leaderboard/board?limit=2");
        assertDegraded(stale);
        assertThat(stale.json().path("stale").asBoolean()).isTrue();
        assertThat(stale.json().path("entries")).hasSize(2);
        assertThat(stale.json().path("as_of")).isEqualTo(exact.json().path("as_of"));
        Answer unknown = server.get("/api/v1/leaderboard/another");
        assertDegraded(unknown);
        assertThat(unknown.json().path("entries")).isEmpty();

        set("minimal");
        Answer least = server.get("/api/v1/leaderboard/board");
        assertDegraded(least);
        assertThat(least.json().path("entries")).isEmpty();
        assertThat(least.json().path("window").asText()).isEqualTo("all");
    }

    @Test
    void quotaCheck_atEachLevel_isExactThenByWhatWasKnownThenDenied() {
        String check = "/api/v1/quota/check";
        String one = "{\"subject\":\"%s\",\"quota_type\":\"api_calls\",\"value\":%d}";
        Answer exact = server.post(check, one.formatted("known", 1));
        assertExact(exact);

        set("degraded");
        Answer stale = server.post(check, one.formatted("known", 1));
        assertDegraded(stale);
        assertThat(stale.json().path("stale").asBoolean()).isTrue();
        assertThat(stale.json().path("allowed").asBoolean()).isTrue();
        assertThat(stale.json().path("as_of")).isEqualTo(exact.json().path("as_of"));
        assertThat(server.post(check, one.formatted("known", 100)).json().path("allowed").asBoolean()).isFalse();

        Answer unknown = server.post(check, one.formatted("unknown", 1));
        assertDegraded(unknown);
        assertThat(unknown.json().path("allowed").asBoolean()).isFalse();
        assertThat(unknown.json().path("stale").asBoolean()).isTrue();
        assertThat(unknown.json().at("/quotas/0/granted").asInt()).isZero();

        set("minimal");
        assertThat(server.post(check, one.formatted("known", 1)).json().path("allowed").asBoolean()).isFalse();
    }

    @Test
    void quotaCheck_wherePolicyAllows_isAllowedWhenNothingIsKnown() {
        try (var other = new TestServer(Map.of("tallygate.quota.check-on-failure", "allow"))) {
            other.send("PUT", OVERRIDE,
                    BodyPublishers.ofString("{\"level\":\"minimal\",\"reason\":\"r\",\"ttl\":\"1m\"}"),
                    "Content-Type", "application/json");
            Answer answer = other.post("/api/v1/quota/check",
                    "{\"subject\":\"s\",\"quota_type\":\"api_calls\",\"value\":1.5}");
            assertDegraded(answer);
            assertThat(answer.json().path("allowed").asBoolean()).isTrue();
            assertThat(answer.json().at("/quotas/0/granted").asText()).isEqualTo("1.5");
        }
    }
}
