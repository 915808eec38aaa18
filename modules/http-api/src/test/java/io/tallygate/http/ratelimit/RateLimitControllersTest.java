package io.tallygate.http.ratelimit;

import static io.tallygate.http.ProblemAssert.assertInvalid;
import static io.tallygate.http.ProblemAssert.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tallygate.http.TestServer;
import io.tallygate.http.TestServer.Answer;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class RateLimitControllersTest {

    private static final String API = "/api/v1/ratelimit";
    private static final String RULES = """
            domain: shop
            descriptors:
              - key: user
                rate_limit: {unit: year, requests_per_unit: 3}
              - key: bucket
                rate_limit: {algorithm: token_bucket, window: 500ms, requests_per_unit: 1, burst: 2, name: fast}
              - key: session
                rate_limit: {algorithm: concurrency, requests_per_unit: 2}
              - key: free
                rate_limit: {unlimited: true}
              - key: empty
                rate_limit: {unit: hour, requests_per_unit: 0}
            """;

    private TestServer server;
    private int users;

    @BeforeAll
    void start(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("shop.yaml"), RULES);
        server = new TestServer(Map.of("tallygate.ratelimit.rules", file.toString()));
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private static String body(String key, String value, String more) {
        return "{\"domain\":\"shop\",\"descriptors\":[{\"entries\":[{\"key\":\"" + key + "\",\"value\":\"" + value
                + "\"}]}]" + more + "}";
    }

    private Answer check(String key, String value, String more) {
        return server.post(API + "/check", body(key, value, more));
    }

    private String freshUser() {
        return "user-" + users++;
    }

    @Test
    void check_withinAndBeyondTheLimit_answersBoth() {
        String user = freshUser();
        Answer allowed = check("user", user, ",\"hits\":3");
        assertThat(allowed.status()).isEqualTo(200);
        assertThat(allowed.header("Content-Type")).isEqualTo("application/json");
        JsonNode limit = allowed.json().at("/limits/0");
        assertThat(allowed.text())
                .startsWith("{\"allowed\":true,\"source\":\"store\",\"limits\":[{\"name\":\"user-365d\","
                        + "\"algorithm\":\"fixed_window\",\"limit\":3,\"window_seconds\":31536000,\"remaining\":0,"
                        + "\"reset_after_seconds\":");
        assertThat(limit.path("reset_after_seconds").decimalValue()).isPositive();
        assertThat(limit.path("retry_after_seconds").isNull()).isTrue();
        assertThat(allowed.header("RateLimit-Policy")).isEqualTo("\"user-365d\";q=3;w=31536000");
        assertThat(allowed.header("RateLimit")).matches("\"user-365d\";r=0;t=\\d+");
        assertThat(allowed.header("Retry-After")).isEmpty();

        Answer denied = check("user", user, "");
        assertThat(denied.status()).isEqualTo(429);
        assertThat(denied.header("Content-Type")).isEqualTo("application/json");
        assertThat(denied.json().path("allowed").booleanValue()).isFalse();
        assertThat(denied.json().at("/limits/0/retry_after_seconds").decimalValue())
                .isEqualTo(denied.json().at("/limits/0/reset_after_seconds").decimalValue());
        assertThat(Long.parseLong(denied.header("Retry-After"))).isPositive();
    }

    @Test
    void check_withoutHits_looksAndIsNoRefusal() {
        String user = freshUser();
        check("user", user, ",\"hits\":3");
        Answer look = check("user", user, ",\"hits\":0");
        assertThat(look.status()).isEqualTo(200);
        assertThat(look.json().path("allowed").booleanValue()).isFalse();
        assertThat(look.header("Retry-After")).isEmpty();
    }

    @Test
    void check_ofNegativeHits_givesBack() {
        String user = freshUser();
        check("user", user, ",\"hits\":3");
        assertThat(check("user", user, ",\"hits\":-2").json().at("/limits/0/remaining").asInt()).isEqualTo(2);
        assertThat(check("user", user, "").status()).isEqualTo(200);
    }

    @Test
    void check_thatIsForced_countsBeyond() {
        String user = freshUser();
        Answer forced = check("user", user, ",\"hits\":5,\"force\":true");
        assertThat(forced.status()).isEqualTo(200);
        assertThat(forced.json().path("over").booleanValue()).isTrue();
        assertThat(check("user", user, "").status()).isEqualTo(429);
    }

    @Test
    void check_ofMoreThanTheLimit_saysThatWaitingDoesNotHelp() {
        Answer denied = check("bucket", freshUser(), ",\"hits\":3");
        assertThat(denied.status()).isEqualTo(429);
        assertThat(denied.json().path("reason").asText()).isEqualTo("exceeds-limit");
        assertThat(denied.header("Retry-After")).isEmpty();
        assertThat(check("empty", freshUser(), "").json().path("reason").asText()).isEqualTo("exceeds-limit");
    }

    @Test
    void seconds_ofAnswers_areExact() {
        assertThat(check("bucket", freshUser(), "").json().at("/limits/0/window_seconds").decimalValue())
                .isEqualByComparingTo("0.5");
    }

    @Test
    void check_whereNothingIsRuled_passes() {
        assertThat(check("free", "1", "").text())
                .isEqualTo("{\"allowed\":true,\"source\":\"store\",\"limits\":[]}");
        assertThat(check("other", "1", "").status()).isEqualTo(200);
    }

    @Test
    void descriptors_withHitsAndLimitsOfTheirOwn_areCountedByThese() {
        String user = freshUser();
        String body = "{\"domain\":\"shop\",\"descriptors\":[{\"entries\":[{\"key\":\"user\",\"value\":\"" + user
                + "\"}],\"hits\":2},{\"entries\":[{\"key\":\"user\",\"value\":\"" + user
                + "\"}],\"limit\":{\"requests_per_unit\":7,\"unit\":\"HOUR\"}}]}";
        JsonNode answer = server.post(API + "/check", body).json();
        assertThat(answer.at("/limits/0/remaining").asInt()).isEqualTo(1);
        assertThat(answer.at("/limits/1/limit").asInt()).isEqualTo(7);
        assertThat(answer.at("/limits/1/remaining").asInt()).isEqualTo(6);
    }

    @Test
    void batch_always_answersEachInOrder() {
        String user = freshUser();
        Answer answer = server.post(API + "/check-batch", "{\"checks\":[" + body("user", user, ",\"hits\":3") + ","
                + body("user", user, "") + "," + body("free", user, "") + "," + body("session", user, ",\"hits\":-1")
                + "]}");
        assertThat(answer.status()).isEqualTo(200);
        JsonNode results = answer.json().path("results");
        assertThat(results).hasSize(4);
        assertThat(results.at("/0/allowed").booleanValue()).isTrue();
        assertThat(results.at("/1/allowed").isBoolean() && !results.at("/1/allowed").booleanValue()).isTrue();
        assertThat(results.at("/2/allowed").booleanValue()).isTrue();
        assertThat(results.at("/3/error/errors/0/field").asText()).isEqualTo("hits");
    }

    @Test
    void batch_withAnInvalidItem_isRefusedWhole() {
        String user = freshUser();
        assertInvalid(server.post(API + "/check-batch", "{\"checks\":[" + body("user", user, ",\"hits\":3") + ",{},7,"
                + body("user", user, ",\"hits\":\"1\"") + "]}"), "checks[1].domain", "checks[1].descriptors",
                "checks[2]",
                "checks[3].hits");
        assertThat(check("user", user, ",\"hits\":3").status()).as("nothing was counted").isEqualTo(200);
        assertInvalid(server.post(API + "/check-batch", "{}"), "checks");
        assertInvalid(server.post(API + "/check-batch", "{\"checks\":[]}"), "checks");
    }

    @Test
    void info_always_takesItsEntriesFromTheQuery() {
        String user = freshUser();
        check("user", user, ",\"hits\":2");
        Answer info = server.get(API + "/info?user=" + user + "&domain=shop");
        assertThat(info.status()).isEqualTo(200);
        assertThat(info.json().at("/limits/0/remaining").asInt()).isEqualTo(1);
        assertThat(server.get(API + "/info?domain=shop&user=" + user).json().at("/limits/0/remaining").asInt())
                .as("nothing was counted").isEqualTo(1);
        assertThat(server.get(API + "/info?domain=shop&user=" + user + "&user=x").json().path("limits")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ''                        | domain
            ?user=1                   | domain
            ?domain=                  | domain
            ?domain=shop&domain=shop  | domain
            ?domain=shop              | query
            ?domain=shop&=1           | key
            """)
    void info_ofAWrongQuery_isRefusedByName(String query, String field) {
        assertInvalid(server.get(API + "/info" + query), field);
    }

    @Test
    void lease_always_canBeRenewedAndReleased() {
        String session = freshUser();
        Answer taken = check("session", session, ",\"hits\":2");
        String lease = taken.json().path("lease_id").asText();
        assertThat(taken.json().path("expires_at").asText()).endsWith("Z");
        assertThat(taken.header("RateLimit-Policy"))
                .isEqualTo("\"session-concurrency\";q=2;qu=\"concurrent-requests\"");
        assertThat(check("session", session, "").header("Retry-After")).isEqualTo("1");

        Answer renewed = server.post(API + "/renew", "{\"lease_id\":\"" + lease + "\"}");
        assertThat(renewed.status()).isEqualTo(200);
        assertThat(renewed.json().path("lease_id").asText()).isEqualTo(lease);
        for (int i = 0; i < 2; i++) {
            assertThat(server.post(API + "/release", "{\"lease_id\":\"" + lease + "\"}").status()).isEqualTo(204);
        }
        assertProblem(server.post(API + "/renew", "{\"lease_id\":\"" + lease + "\"}"), 404, "unknown-lease");
        assertThat(server.post(API + "/release", "{\"lease_id\":\"never\"}").status()).isEqualTo(204);
        assertInvalid(check("session", session, ",\"hits\":-1"), "hits");
    }

    @Test
    void reset_always_forgets() {
        String user = freshUser();
        check("user", user, ",\"hits\":3");
        assertThat(server.post(API + "/reset", body("user", user, "")).status()).isEqualTo(204);
        assertThat(check("user", user, ",\"hits\":3").status()).isEqualTo(200);
        assertInvalid(server.post(API + "/reset", "{\"domain\":\"shop\"}"), "descriptors");
    }

    @Test
    void reset_hitsOfADescriptor_areTheCallersOwnBusiness() {
        String user = freshUser();
        assertThat(server.post(API + "/reset", "{\"domain\":\"shop\",\"descriptors\":[{\"entries\":[{\"key\":\"user\","
                + "\"value\":\"" + user + "\"}],\"hits\":2}]}").status()).isEqualTo(204);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|',
            textBlock = """
                    {}                                                        | domain,descriptors
                    {"domain":7,"descriptors":[{"entries":[{"key":"k"}]}]}    | domain
                    {"domain":"","descriptors":[{"entries":[{"key":"k"}]}]}   | domain
                    {"domain":"d","descriptors":[]}                           | descriptors
                    {"domain":"d","descriptors":{}}                           | descriptors
                    {"domain":"d","descriptors":[7]}                          | descriptors[0]
                    {"domain":"d","descriptors":[{}]}                         | descriptors[0].entries
                    {"domain":"d","descriptors":[{"entries":[]}]}             | descriptors[0].entries
                    {"domain":"d","descriptors":[{"entries":[{}]}]}           | descriptors[0].entries[0].key
                    {"domain":"d","descriptors":[{"entries":[{"key":""}]}]}   | descriptors[0].entries[0].key
                    {"domain":"d","descriptors":[{"entries":[{"key":"k","value":[]}]}]} | descriptors[0].entries[0].value
                    {"domain":"d","descriptors":[{"entries":[{"key":"k"}],"hits":1.5}]} | descriptors[0].hits
                    {"domain":"d","descriptors":[{"entries":[{"key":"k"}],"limit":7}]} | descriptors[0].limit
                    {"domain":"d","descriptors":[{"entries":[{"key":"k"}],"limit":{"unit":"day"}}]} | descriptors[0].limit.requests_per_unit
                    {"domain":"d","descriptors":[{"entries":[{"key":"k"}],"limit":{"requests_per_unit":1,"unit":"fortnight"}}]} | descriptors[0].limit.unit
                    {"domain":"d","descriptors":[{"entries":[{"key":"k"}],"limit":{"requests_per_unit":-1,"unit":"day"}}]} | descriptors[0].limit.requests_per_unit
                    {"domain":"d","descriptors":[{"entries":[{"key":"k"}],"limit":{"requests_per_unit":4294967296,"unit":"day"}}]} | descriptors[0].limit.requests_per_unit
                    {"domain":"d","descriptors":[{"entries":[{"key":"k"}]}],"hits":2147483648} | hits
                    {"domain":"d","descriptors":[{"entries":[{"key":"k"}]}],"hits":-2147483649} | hits
                    {"domain":"d","descriptors":[{"entries":[{"key":"k"}]}],"hit":1} | hit
                    {"domain":"d","descriptors":[{"entries":[{"key":"k"}]}],"force":1} | force
                    {"domain":"d","descriptors":[{"entry":[{"key":"k"}]}]}    | descriptors[0].entries
                    """)
    void check_ofAWrongBody_namesEveryField(String body, String fields) {
        assertInvalid(server.post(API + "/check", body), fields.split(",", -1));
    }

    @Test
    void check_ofTooMuch_isRefusedByName() {
        String entry = "{\"key\":\"k\"}";
        String descriptor = "{\"entries\":[" + entry + "]}";
        assertInvalid(
                server.post(API + "/check", "{\"domain\":\"d\",\"descriptors\":[" + repeated(descriptor, 21) + "]}"),
                "descriptors");
        assertInvalid(server.post(API + "/check", "{\"domain\":\"d\",\"descriptors\":[{\"entries\":["
                + repeated(entry, 17) + "]}]}"), "descriptors[0].entries");
        assertInvalid(check("user", "v".repeat(1_025), ""), "descriptors[0].entries[0].value");
        assertInvalid(check("k".repeat(257), "v", ""), "descriptors[0].entries[0].key");
        assertThat(check("user", "v".repeat(1_024), "").status()).isEqualTo(200);
    }

    private static String repeated(String text, int times) {
        return IntStream.range(0, times).mapToObj(i -> text).collect(Collectors.joining(","));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {}                | lease_id
            {"lease_id":7}    | lease_id
            {"lease_id":""}   | lease_id
            {"lease":"x"}     | lease_id
            """)
    void lease_thatIsNotNamed_isRefused(String body, String field) {
        assertThat(server.post(API + "/renew", body).json().at("/errors").findValuesAsText("field")).contains(field);
        assertThat(server.post(API + "/release", body).status()).isEqualTo(400);
    }

    @Test
    void rules_ofFiles_canBeReadAndNotChangedWhereNothingKeepsThem() {
        assertThat(server.get(API + "/rules").json().at("/rules/0/domain").asText()).isEqualTo("shop");
        assertThat(server.get(API + "/rules").json().at("/rules/0/origin").asText()).isEqualTo("file");
        Answer rules = server.get(API + "/rules/shop");
        assertThat(rules.text()).isEqualTo(RULES);
        assertThat(rules.header("Content-Type")).isEqualTo("application/yaml");
        assertThat(rules.header("ETag")).matches("\"[0-9a-f]{64}\"");
        assertProblem(server.get(API + "/rules/other"), 404, "unknown-domain");
        assertInvalid(server.get(API + "/rules/a%00"), "domain");
        assertProblem(put("shop", RULES, "application/yaml"), 409, "rules-read-only");
        assertProblem(server.delete(API + "/rules/shop"), 409, "rules-read-only");
    }

    private Answer put(String domain, String document, String contentType, String... headers) {
        var all = new String[headers.length + 2];
        all[0] = "Content-Type";
        all[1] = contentType;
        System.arraycopy(headers, 0, all, 2, headers.length);
        return server.send("PUT", API + "/rules/" + domain, BodyPublishers.ofString(document), all);
    }

    @Test
    void put_ofAnotherMediaType_isRefused() {
        assertProblem(put("shop", RULES, "text/html"), 415, "unsupported-media-type");
        assertInvalid(put("shop", "", "application/yaml"), "body");
        assertInvalid(put("shop", RULES, "application/yaml", "If-Match", "x"), "If-Match");
    }

    @Test
    void validate_always_saysWhatIsWrong() {
        Answer right = server.send("POST", API + "/rules/validate", BodyPublishers.ofString(RULES), "Content-Type",
                "application/yaml");
        assertThat(right.text()).isEqualTo("{\"valid\":true,\"problems\":[]}");
        JsonNode wrong = server.post(API + "/rules/validate",
                "{\"domain\":\"d\",\n\"descriptors\":[{\"key\":\"k\",\"limit\":1}]}").json();
        assertThat(wrong.path("valid").booleanValue()).isFalse();
        assertThat(wrong.at("/problems/0/file").asText()).isEqualTo("body");
        assertThat(wrong.at("/problems/0/line").asInt()).isEqualTo(2);
        assertThat(wrong.at("/problems/0/key").asText()).isEqualTo("d.k");
    }

    private Answer json(String body) {
        return server.send("POST", "/json", BodyPublishers.ofString(body));
    }

    @Test
    void envoy_always_isAnsweredAsItsReferenceServiceDoes() {
        String user = freshUser();
        String body = "{\"domain\":\"shop\",\"descriptors\":[{\"entries\":[{\"key\":\"user\",\"value\":\"" + user
                + "\"}]},{\"entries\":[{\"key\":\"free\"}]},{\"entries\":[{\"key\":\"other\",\"value\":\"1\"}]}],"
                + "\"hitsAddend\":2}";
        Answer first = json(body);
        assertThat(first.status()).isEqualTo(200);
        assertThat(first.text())
                .matches("\\{\"overallCode\":\"OK\",\"statuses\":\\[\\{\"code\":\"OK\",\"currentLimit\":"
                        + "\\{\"requestsPerUnit\":3,\"unit\":\"YEAR\"},\"limitRemaining\":1,\"durationUntilReset\":\"\\d+s\"},"
                        + "\\{\"code\":\"OK\",\"limitRemaining\":4294967295},\\{\"code\":\"OK\"}]}");
        Answer second = json(body);
        assertThat(second.status()).isEqualTo(429);
        assertThat(second.text()).startsWith("{\"overallCode\":\"OVER_LIMIT\",\"statuses\":[{\"code\":\"OVER_LIMIT\","
                + "\"currentLimit\":{\"requestsPerUnit\":3,\"unit\":\"YEAR\"},\"durationUntilReset\":");
        Answer named = json(
                "{\"domain\":\"shop\",\"descriptors\":[{\"entries\":[{\"key\":\"bucket\",\"value\":\"" + user
                        + "\"}],\"hits_addend\":\"0\"}]}");
        assertThat(named.json().at("/statuses/0/currentLimit/name").asText()).isEqualTo("fast");
        assertThat(named.json().at("/statuses/0/currentLimit").has("unit")).isFalse();
    }

    @Test
    void envoy_hitsThatAreNegative_areGivenBack() {
        String user = freshUser();
        String entries = "[{\"entries\":[{\"key\":\"user\",\"value\":\"" + user + "\"}]";
        json("{\"domain\":\"shop\",\"hits_addend\":3,\"descriptors\":" + entries + "}]}");
        json("{\"domain\":\"shop\",\"descriptors\":" + entries + ",\"hitsAddend\":2,\"isNegativeHits\":true}]}");
        assertThat(check("user", user, ",\"hits\":0").json().at("/limits/0/remaining").asInt()).isEqualTo(2);
        Answer own = json("{\"domain\":\"shop\",\"descriptors\":" + entries
                + ",\"limit\":{\"requestsPerUnit\":1,\"unit\":\"DAY\"}}]}");
        assertThat(own.json().at("/statuses/0/currentLimit/unit").asText()).isEqualTo("DAY");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            nonsense
            {}
            {"domain":"","descriptors":[{"entries":[{"key":"user"}]}]}
            {"domain":"shop"}
            {"domain":"shop","descriptors":[]}
            {"domain":"shop","descriptors":7}
            {"domain":"shop","descriptors":[7]}
            {"domain":"shop","unknown":1,"descriptors":[{"entries":[{"key":"user"}]}]}
            {"domain":"shop","descriptors":[{"entries":[{"key":1}]}]}
            {"domain":"shop","descriptors":[{"entries":[{"k":"user"}]}]}
            {"domain":"shop","descriptors":[{"x":1}]}
            {"domain":"shop","hitsAddend":-1,"descriptors":[{"entries":[{"key":"user"}]}]}
            {"domain":"shop","hitsAddend":"x","descriptors":[{"entries":[{"key":"user"}]}]}
            {"domain":"shop","descriptors":[{"entries":[],"isNegativeHits":1}]}
            {"domain":"shop","descriptors":[{"entries":[],"limit":{"unit":"AGE"}}]}
            {"domain":"shop","descriptors":[{"entries":[],"limit":{"x":1}}]}
            {"domain":"shop","descriptors":[{"entries":[],"limit":1}]}
            """)
    void envoy_thatIsWrong_isRefusedAsThere(String body) {
        Answer answer = json(body);
        assertThat(answer.status()).as(body).isEqualTo(400);
        assertThat(answer.text()).isEqualTo("Bad Request\n");
        assertThat(answer.header("Content-Type")).isEqualTo("text/plain; charset=utf-8");
    }
}
