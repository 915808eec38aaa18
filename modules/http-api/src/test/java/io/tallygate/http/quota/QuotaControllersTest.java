package io.tallygate.http.quota;

import static io.tallygate.http.ProblemAssert.assertErrors;
import static io.tallygate.http.ProblemAssert.assertInvalid;
import static io.tallygate.http.ProblemAssert.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tallygate.http.TestServer;
import io.tallygate.http.TestServer.Answer;
import io.tallygate.kernel.DomainProblemException;
import io.tallygate.kernel.GeneralProblem;
import io.tallygate.kernel.OverloadedException;
import io.tallygate.kernel.RequestKey;
import io.tallygate.quota.PlanFileState;
import io.tallygate.quota.QuotaMetrics;
import io.tallygate.quota.QuotaProblem;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class QuotaControllersTest {

    private static final String API = "/api/v1/quota";
    private static final String ONE = "{\"subject\":\"user-7\",\"quota_type\":\"api_calls\"";
    private static final String LIMITS = "\"limits\":[{\"quota_type\":\"api_calls\",\"per\":\"year\",\"limit\":10.5,"
            + "\"used\":1.2,\"held\":0.5,\"remaining\":9.3,\"pending\":0,\"resets_at\":\"2100-01-01T00:00:00Z\","
            + "\"hard\":true,\"over\":false},{\"quota_type\":\"ä\\\"b\",\"per\":\"lifetime\",\"limit\":50,\"used\":-1,"
            + "\"held\":0,\"remaining\":49,\"pending\":2,\"hard\":false,\"over\":false}]";
    private static final String DEFINED = "[{\"quota_type\":\"api_calls\",\"limit\":10,\"per\":\"year\","
            + "\"anchor\":\"2026-01-31\",\"hard\":false,\"grace\":12.5,\"scale\":0}]";

    private final TestServer server = new TestServer(Map.of());
    private final ScriptedQuotas quotas = server.server.getApplicationContext().getBean(ScriptedQuotas.class);

    @AfterEach
    void workAgain() {
        quotas.failWith(null);
        quotas.endOtherwise(false);
        quotas.be(true, null);
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private Answer put(String path, String json, String... headers) {
        var all = new String[headers.length + 2];
        all[0] = "Content-Type";
        all[1] = "application/json";
        System.arraycopy(headers, 0, all, 2, headers.length);
        return server.send("PUT", API + path, BodyPublishers.ofString(json), all);
    }

    @Test
    void check_always_answersTheDecision() {
        Answer answer = server.post(API + "/check", ONE + ",\"value\":0}");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text()).isEqualTo("{\"allowed\":true,\"as_of\":\"2026-01-02T03:04:05Z\",\"quotas\":"
                + "[{\"quota_type\":\"api_calls\",\"requested\":0,\"granted\":0}]," + LIMITS + "}");
        assertThat(server.post(API + "/check", ONE + ",\"value\":11}").text()).startsWith("{\"allowed\":false,");
    }

    @Test
    void consume_granted_answersTheDecision() {
        Answer answer = server.post(API + "/consume",
                ONE + ",\"value\":1.50,\"mode\":\"best_effort\",\"metadata\":{\"a\":[1]}}", "Idempotency-Key", "k");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text()).contains("\"requested\":1.5,\"granted\":1.5");
        assertThat(quotas.lastCall()).isEqualTo("consume user-7 [Wanted[field=value, quotaType=api_calls, amount=1.5]]"
                + " BEST_EFFORT RequestKey[caller=, name=k]");
    }

    @Test
    void consume_list_namesEachAmountByItsPlace() {
        server.post(API + "/consume", "{\"user_id\":42,\"request_id\":\"r\",\"quotas\":[{\"quota_type\":\"a\"},"
                + "{\"quota_type\":\"b\",\"value\":2}]}");

        assertThat(quotas.lastCall()).isEqualTo("consume 42 [Wanted[field=quotas[0].value, quotaType=a, amount=1],"
                + " Wanted[field=quotas[1].value, quotaType=b, amount=2]] NORMAL RequestKey[caller=, name=r]");
    }

    @Test
    void consume_denied_isAProblemWithTheDecisionAndHeaders() {
        Answer answer = server.post(API + "/consume", ONE + ",\"value\":11}");

        assertProblem(answer, 429, "quota-exceeded");
        assertThat(answer.text()).contains(",\"allowed\":false,", LIMITS);
        assertThat(answer.json().path("detail").asText())
                .isEqualTo("of the 10.5 api_calls per year, 9.3 are left; nothing was changed");
        assertThat(answer.header("RateLimit-Policy"))
                .isEqualTo("\"api_calls/year\";q=10, \"%C3%A4\\\"b/lifetime\";q=50");
        assertThat(answer.header("RateLimit"))
                .matches("\"api_calls/year\";r=9;t=\\d+, \"%C3%A4\\\\\"b/lifetime\";r=49");
        long seconds = Long.parseLong(answer.header("Retry-After"));
        assertThat(Instant.now().plusSeconds(seconds)).isBetween(ScriptedQuotas.RESETS.minusSeconds(60),
                ScriptedQuotas.RESETS.plusSeconds(60));
    }

    @Test
    void consume_async_isAccepted() {
        Answer answer = server.post(API + "/consume", ONE + ",\"async\":true}");

        assertThat(answer.status()).isEqualTo(202);
        assertThat(answer.text()).isEqualTo("{\"accepted\":true}");
        assertThat(quotas.lastCall())
                .isEqualTo("accept user-7 [Wanted[field=value, quotaType=api_calls, amount=1]] null");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|',
            textBlock = """
                    ,"value":0                             | value
                    ,"value":1e3                           | value
                    ,"value":"1"                           | value
                    ,"value":1,"value":2                   | value
                    ,"valeu":1                             | valeu
                    ,"mode":"fast"                         | mode
                    ,"mode":7                              | mode
                    ,"metadata":7                          | metadata
                    ,"async":true,"mode":"normal"          | async
                    ,"user_id":"other"                     | user_id
                    ,"quotas":[{"quota_type":"a"}]         | quota_type
                    ,"request_id":""                       | request_id
                    """)
    void consume_wrongMember_isNamedAndNotAsked(String more, String field) {
        int calls = quotas.callCount();

        assertInvalid(server.post(API + "/consume", ONE + more + "}"), field);
        assertThat(quotas.callCount()).isEqualTo(calls);
    }

    @Test
    void consume_withoutAnything_namesBoth() {
        assertInvalid(server.post(API + "/consume", "{}"), "quota_type", "subject");
        assertInvalid(server.post(API + "/consume", "{\"subject\":\"s\",\"quotas\":[1,{\"value\":true}]}"),
                "quotas[0]", "quotas[1].value", "quotas[1].quota_type");
    }

    @Test
    void consume_metadataOfMoreThan4KiB_isRefused() {
        String metadata = "{\"a\":\"" + "x".repeat(4_088) + "\"}";
        assertThat(server.post(API + "/consume", ONE + ",\"metadata\":" + metadata + "}").status()).isEqualTo(200);
        assertInvalid(server.post(API + "/consume",
                ONE + ",\"metadata\":" + metadata.replace("x\"", "xx\"") + "}"), "metadata");
    }

    @Test
    void batch_always_answersEachItemInOrder() {
        Answer answer = server.post(API + "/consume-batch", "{\"operations\":[" + ONE + ",\"request_id\":\"i\"},"
                + ONE + ",\"value\":11},7," + ONE + ",\"value\":-1}]}", "Idempotency-Key", "b");

        assertThat(answer.status()).isEqualTo(207);
        assertThat(answer.json().path("results").findValuesAsText("status"))
                .startsWith("granted", "denied", "invalid");
        assertThat(answer.text()).contains("{\"status\":\"granted\",\"allowed\":true,",
                "{\"status\":\"denied\",\"allowed\":false,");
        assertErrors(answer.json().at("/results/2/error"), "operations[2]");
        assertErrors(answer.json().at("/results/3/error"), "operations[3].value");
        assertThat(quotas.lastCall()).contains("field=operations[1].value", "RequestKey[caller=, name=b#1]");
    }

    @Test
    void batch_allGranted_is200AndAsyncIs202() {
        assertThat(server.post(API + "/consume-batch", "{\"operations\":[" + ONE + "}]}").status()).isEqualTo(200);
        assertThat(server.post(API + "/consume-batch", "{\"async\":true,\"operations\":[" + ONE + "}]}").text())
                .isEqualTo("{\"accepted\":1}");
        Answer some = server.post(API + "/consume-batch", "{\"async\":true,\"operations\":[" + ONE + "},7]}");
        assertThat(some.status()).isEqualTo(207);
        assertThat(some.text()).startsWith("{\"accepted\":1,\"results\":[{\"status\":\"accepted\"},");
    }

    @Test
    void batch_everyItemFailed_isTheProblemItself() {
        quotas.failWith(new OverloadedException(1));

        Answer answer = server.post(API + "/consume-batch", "{\"operations\":[" + ONE + "}," + ONE + "}]}");
        assertProblem(answer, 503, "overloaded");
        assertThat(answer.header("Retry-After")).isEqualTo("1");
    }

    @Test
    void batch_itsKeyBelongsToAnother_is422() {
        quotas.failWith(new DomainProblemException(GeneralProblem.IDEMPOTENCY_KEY_REUSED, "used before",
                new IllegalStateException()));

        assertProblem(server.post(API + "/consume-batch", "{\"request_id\":\"b\",\"operations\":[" + ONE + "}]}"),
                422, "idempotency-key-reused");
        Answer ofItem = server.post(API + "/consume-batch",
                "{\"operations\":[" + ONE + ",\"request_id\":\"i\"}]}");
        assertThat(ofItem.status()).isEqualTo(207);
        assertThat(ofItem.json().at("/results/0/status").asText()).isEqualTo("invalid");
    }

    @Test
    void reserve_granted_is201WithItsId() {
        Answer answer = server.post(API + "/reserve", ONE + ",\"ttl\":\"30s\"}");

        assertThat(answer.status()).isEqualTo(201);
        assertThat(answer.header("Location")).isEqualTo(API + "/reservations/r-1");
        assertThat(answer.text()).startsWith(
                "{\"reservation_id\":\"r-1\",\"expires_at\":\"2100-01-01T00:00:00Z\",\"allowed\":true,");
        assertThat(quotas.lastCall()).endsWith("NORMAL PT30S null");
        assertProblem(server.post(API + "/reserve", ONE + ",\"ttl\":\"30s\",\"value\":11}"), 429, "quota-exceeded");
    }

    @Test
    void reserve_withoutATtlOrForced_isNamed() {
        assertInvalid(server.post(API + "/reserve", ONE + "}"), "ttl");
        assertInvalid(server.post(API + "/reserve", ONE + ",\"ttl\":\"1d\",\"async\":true,\"mode\":\"force\"}"), "ttl",
                "async", "mode");
    }

    @Test
    void reservation_commitReleaseGet_answerItsState() {
        Answer committed = server.post(API + "/reservations/r%2F1/commit", "{\"value\":2.5,\"mode\":\"force\"}");
        assertThat(committed.status()).isEqualTo(200);
        assertThat(committed.text()).contains("\"state\":\"committed\"", "\"ended_at\":",
                "\"quotas\":[{\"quota_type\":\"api_calls\",\"reserved\":6,\"committed\":2.5}]");
        assertThat(quotas.lastCall()).isEqualTo("commit r/1 Commitment[value=2.5, quotas=[], force=true]");
        assertThat(server.send("POST", API + "/reservations/r-1/release", BodyPublishers.noBody()).text())
                .contains("\"state\":\"released\"");
        assertThat(server.get(API + "/reservations/r-1").text()).contains("\"state\":\"held\"")
                .doesNotContain("ended_at");
    }

    @Test
    void reservation_endedOtherwise_isAConflictWithItsState() {
        quotas.endOtherwise(true);

        Answer answer = server.post(API + "/reservations/r-1/commit", "{}");
        assertProblem(answer, 409, "reservation-ended");
        assertThat(answer.json().path("state").asText()).isEqualTo("committed");
    }

    @Test
    void commit_wrongMember_isNamed() {
        assertInvalid(server.post(API + "/reservations/r/commit", "{\"value\":-1}"), "value");
        assertInvalid(server.post(API + "/reservations/r/commit", "{\"mode\":\"fast\"}"), "mode");
        assertInvalid(server.post(API + "/reservations/r/commit", "{\"mode\":7,\"vlaue\":1}"), "mode", "vlaue");
        assertInvalid(server.post(API + "/reservations/r/commit",
                "{\"value\":1,\"quotas\":[{\"quota_type\":\"a\"}]}"), "value");
    }

    @Test
    void refund_always_answersWhatLimitsGotBack() {
        Answer answer = server.post(API + "/refund",
                ONE + ",\"value\":2.5,\"request_id\":\"r\",\"time\":\"2026-01-02T04:04:05+01:00\"}");

        assertThat(answer.text()).startsWith("{\"subject\":\"user-7\",\"limits\":[{\"returned\":2.5,"
                + "\"quota_type\":\"api_calls\",\"per\":\"year\"");
        assertThat(quotas.lastCall()).endsWith("2026-01-02T03:04:05Z RequestKey[caller=, name=r]");
        assertThat(server.post(API + "/refund", "{\"user_id\":7,\"quota_type\":\"t\",\"value\":1}", "Idempotency-Key",
                "k").status()).isEqualTo(200);
    }

    @Test
    void refund_wrongMember_isNamed() {
        assertInvalid(server.post(API + "/refund", ONE + ",\"value\":1}"), "request_id");
        assertInvalid(server.post(API + "/refund", "{\"request_id\":\"r\",\"time\":\"soon\"}"), "time", "value",
                "quota_type", "subject");
        assertInvalid(server.post(API + "/refund", ONE + ",\"value\":1,\"user_id\":\"u\",\"request_id\":\"r\"}"),
                "user_id");
    }

    @Test
    void topUp_always_answersTheLifetime() {
        Answer answer = server.post(API + "/subjects/user%207/top-up",
                "{\"quota_type\":\"credits\",\"value\":15,\"request_id\":\"r\"}");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text()).startsWith("{\"subject\":\"user 7\",\"limits\":[{\"returned\":15,");
        assertInvalid(server.post(API + "/subjects/u/top-up", "{\"quota_type\":\"credits\",\"value\":15}"),
                "request_id");
    }

    @Test
    void reset_always_is204() {
        assertThat(server.post(API + "/subjects/u/reset", "{\"quota_type\":\"t\",\"request_id\":\"r\"}").status())
                .isEqualTo(204);
        assertThat(quotas.lastCall()).isEqualTo("reset u t RequestKey[caller=, name=r]");
        assertThat(server.post(API + "/subjects/u/reset", "{}").status()).isEqualTo(204);
        assertInvalid(server.post(API + "/subjects/u/reset", "{\"quota_type\":7}"), "quota_type");
    }

    @Test
    void subject_always_answersWhatIsSettledAndHowItStands() {
        String told = "{\"subject\":\"user-7\",\"plan\":\"pro\",\"default_plan\":true,\"overrides\":" + DEFINED
                + ",\"anchor\":\"2026-01-31\",\"effective_at\":\"2100-01-01T00:00:00Z\"," + LIMITS + "}";

        assertThat(server.get(API + "/subjects/user-7").text()).isEqualTo(told);
        assertThat(put("/subjects/user-7", "{\"plan\":\"pro\",\"anchor\":null,\"overrides\":[{\"quota_type\":\"t\","
                + "\"limit\":1.50,\"hard\":true,\"per\":[1],\"colour\":{}}],\"note\":1}").text()).isEqualTo(told);
        assertThat(quotas.lastCall()).contains("plan=Text[text=pro]", "anchor=Nothing[]", "Numeral[text=1.50]",
                "Flag[flag=true]", "per=Items[items=[]]").doesNotContain("colour", "note");
        assertThat(server.delete(API + "/subjects/user-7").status()).isEqualTo(204);
    }

    @Test
    void subjects_always_answerAPage() {
        assertThat(server.get(API + "/subjects?plan=pro&after=a&limit=2").text())
                .isEqualTo("{\"subjects\":[{\"subject\":\"a\",\"plan\":\"pro\",\"overrides\":" + DEFINED
                        + "},{\"subject\":\"b\",\"overrides\":[],\"anchor\":\"2026-01-31\"}],\"after\":\"b\"}");
        assertThat(quotas.lastCall()).isEqualTo("subjects pro a 2");
        server.get(API + "/subjects");
        assertThat(quotas.lastCall()).isEqualTo("subjects null  100");
        assertInvalid(server.get(API + "/subjects?limit=1001"), "limit");
        assertInvalid(server.get(API + "/subjects?limit=x"), "limit");
        assertInvalid(server.get(API + "/subjects?aftre=x"), "aftre");
    }

    @Test
    void usage_always_answersPeriods() {
        Answer answer = server
                .get(API + "/subjects/u/usage?quota_type=t&per=year&from=2026-01-01T00:00:00Z&to=2026-02-01T00:00:00Z");

        assertThat(answer.text()).isEqualTo("{\"subject\":\"u\",\"periods\":[{\"quota_type\":\"api_calls\","
                + "\"per\":\"year\",\"start\":\"2026-01-02T03:04:05Z\",\"end\":\"2100-01-01T00:00:00Z\",\"used\":12.5,"
                + "\"held\":0.5},{\"quota_type\":\"api_calls\",\"per\":\"lifetime\",\"start\":\"1970-01-01T00:00:00Z\","
                + "\"used\":-0.5,\"held\":0}]}");
        assertInvalid(server.get(API + "/subjects/u/usage?per=fortnight"), "per");
        assertInvalid(server.get(API + "/subjects/u/usage?from=monday"), "from");
    }

    @Test
    void plans_always_answerAPage() {
        String plan = "{\"plan\":\"%s\",\"time_zone\":\"UTC\",\"limits\":" + DEFINED
                + ",\"source\":\"%s\",\"etag\":\"\\\"tag-1\\\"\"";
        assertThat(server.get(API + "/plans?after=a&limit=2").text()).isEqualTo("{\"default_plan\":\"free\",\"plans\":["
                + plan.formatted("free", "api") + ",\"effective_at\":\"2100-01-01T00:00:00Z\"},"
                + plan.formatted("pro", "file") + "}],\"after\":\"pro\"}");
        assertThat(quotas.lastCall()).isEqualTo("plans a 2");
    }

    @Test
    void plan_always_hasAnETagThatGuardsEdits() {
        assertThat(server.get(API + "/plans/pro").header("ETag")).isEqualTo("\"tag-1\"");
        assertThat(put("/plans/pro", "{\"limits\":[]}", "If-Match", "\"tag-0\"").header("ETag"))
                .isEqualTo("\"tag-1\"");
        assertThat(quotas.lastCall()).endsWith(" tag-0");
        assertThat(put("/plans/pro", "{\"limits\":[]}").status()).isEqualTo(200);
        assertThat(quotas.lastCall()).endsWith(" null");
        assertThat(server.delete(API + "/plans/pro", "If-Match", "*").status()).isEqualTo(204);
        assertThat(quotas.lastCall()).isEqualTo("deletePlan pro *");
        for (String wrong : new String[]{"tag", "W/\"tag\"", "\"a\", \"b\"", "\"\""}) {
            assertInvalid(put("/plans/pro", "{\"limits\":[]}", "If-Match", wrong), "If-Match");
        }
        quotas.failWith(new DomainProblemException(QuotaProblem.PLAN_CHANGED, "another is in effect",
                new IllegalStateException()));
        assertProblem(put("/plans/pro", "{\"limits\":[]}", "If-Match", "\"x\""), 412, "plan-changed");
    }

    @Test
    void plan_misspeltMembers_areNamed() {
        assertInvalid(put("/plans/pro", "{\"limit\":[],\"timeZone\":\"UTC\"}"), "limit", "timeZone");
        assertInvalid(put("/plans/pro", "{\"limits\":[7,{\"quotaType\":\"t\",\"per\":\"day\",\"per\":\"day\"}]}"),
                "limits[1].quotaType", "limits[1].per");
    }

    @Test
    void consumer_always_answersItsStatistics() {
        assertThat(server.get(API + "/consumer").text()).isEqualTo("{\"healthy\":true,\"total\":8,\"processed\":5,"
                + "\"failed\":1,\"lost\":0,\"batches\":3,\"queued\":2,\"fallbacks\":1}");
    }

    @Test
    void unknown_always_is404() {
        quotas.failWith(
                new DomainProblemException(QuotaProblem.UNKNOWN_SUBJECT, "nobody", new IllegalStateException()));

        assertProblem(server.get(API + "/subjects/nobody"), 404, "unknown-subject");
        assertProblem(server.post(API + "/consume", ONE + "}"), 404, "unknown-subject");
        assertInvalid(server.get(API + "/subjects/" + "x".repeat(257)), "subject");
    }

    @Test
    void health_always_tellsOfTheFileOfPlansAndOfWhatIsAccepted() {
        // The first that asks for it has everything bound to it.
        server.server.getApplicationContext().getBean(MeterRegistry.class);
        Instant loaded = Instant.parse("2026-01-02T03:04:05Z");
        quotas.be(true, new PlanFileState("abc", loaded, "plans.yaml is no YAML"));
        assertThat(server.get("/health").json().at("/details/quota")).hasToString("{\"plan_file\":"
                + "{\"digest\":\"abc\",\"loaded_at\":\"2026-01-02T03:04:05Z\",\"failure\":\"plans.yaml is no YAML\"},"
                + "\"async\":{\"healthy\":true,\"queued\":2}}");
        assertThat(server.get("/metrics").text()).contains("tallygate_quota_plan_file_wrong 1.0");

        quotas.be(false, null);
        assertThat(server.get("/health").status()).isEqualTo(503);
        assertThat(server.get("/health").text()).startsWith("{\"status\":\"DOWN\"");
        assertThat(server.get("/health/readiness").text()).as("no reason to send requests elsewhere")
                .isEqualTo("{\"status\":\"UP\"}");
    }

    @Test
    void metrics_always_tellWhatQuotasDo() {
        var metrics = server.server.getApplicationContext().getBean(QuotaMetrics.class);
        metrics.granted("api_calls");
        metrics.granted("api_calls");
        metrics.denied("api_calls");
        assertThat(server.get("/metrics").text()).contains("tallygate_quota_async_pending_operations 2.0",
                "tallygate_quota_async_accepted_total 8.0", "tallygate_quota_async_failed_total 1.0",
                "tallygate_quota_async_fallbacks_total 1.0", "tallygate_quota_reservations_expired_total 4.0",
                "tallygate_quota_plan_file_wrong 0.0",
                "tallygate_quota_decisions_total{outcome=\"granted\",quota_type=\"api_calls\"} 2.0",
                "tallygate_quota_decisions_total{outcome=\"denied\",quota_type=\"api_calls\"} 1.0");
    }

    @Test
    void metrics_ofMoreQuotaTypesThanAreCounted_areThoseOfOthers() {
        var registry = new SimpleMeterRegistry();
        var metrics = new QuotaMeters(registry);
        for (int i = 0; i < 2 * QuotaMeters.TYPES_MAX; i++) {
            metrics.granted("type-" + i);
        }
        metrics.granted("type-0");
        assertThat(registry.get("tallygate.quota.decisions").tag("quota_type", "other").tag("outcome", "granted")
                .counter().count()).isEqualTo(QuotaMeters.TYPES_MAX);
        assertThat(registry.get("tallygate.quota.decisions").tag("quota_type", "type-0").tag("outcome", "granted")
                .counter().count()).isEqualTo(2);
        assertThat(registry.getMeters()).hasSize(2 * (QuotaMeters.TYPES_MAX + 1));
    }
}
