package io.tallygate.http.counter;

import static io.tallygate.http.ProblemAssert.assertInvalid;
import static io.tallygate.http.ProblemAssert.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import io.tallygate.counter.CounterKey;
import io.tallygate.counter.Increment;
import io.tallygate.counter.RequestKeys;
import io.tallygate.http.TestServer;
import io.tallygate.http.TestServer.Answer;
import io.tallygate.kernel.CommitTimeoutException;
import io.tallygate.kernel.OverloadedException;
import io.tallygate.kernel.ShuttingDownException;
import io.tallygate.kernel.StoreUnavailableException;
import io.tallygate.ledger.Consistency;
import io.tallygate.ledger.Posting;
import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class CounterControllerTest {

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

    private String body(String more) {
        return "{\"resource_id\":\"" + resource + "\",\"counter_type\":\"views\"" + more + "}";
    }

    private String path() {
        return "/api/v1/counter/" + resource + "/views";
    }

    private long value() {
        return server.get(path()).json().path("value").asLong();
    }

    @Test
    void increment_validBody_answersValueAfterIt() {
        Answer answer = server.increment(body(",\"delta\":5"));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Content-Type")).isEqualTo("application/json");
        assertThat(answer.text())
                .isEqualTo("{\"resource_id\":\"" + resource + "\",\"counter_type\":\"views\",\"value\":5}");
        assertThat(server.increment(body("")).json().path("value").asLong()).isEqualTo(6);
        assertThat(server.increment(body(",\"increment\":-10,\"user_id\":\"u\"")).json().path("value").asLong())
                .isEqualTo(-4);
        assertThat(server.increment(body(",\"delta\":2,\"increment\":2")).json().path("value").asLong()).isEqualTo(-2);
    }

    @Test
    void increment_unknownFields_areIgnored() {
        Answer answer = server.increment(
                body(",\"x\":{\"y\":[1,2.5e3,{\"delta\":\"no\"}]},\"data\":7,\"x\":null"));

        assertThat(answer.status()).as("%s", answer).isEqualTo(200);
    }

    @Test
    void increment_async_isAcceptedWith202() {
        Answer answer = server.increment(body(",\"async\":true"));

        assertThat(answer.status()).isEqualTo(202);
        assertThat(answer.text())
                .isEqualTo("{\"resource_id\":\"" + resource + "\",\"counter_type\":\"views\",\"accepted\":true}");
        assertThat(value()).isEqualTo(1);
    }

    @Test
    void increment_overflow_is409AndChangesNothing() {
        server.counters.set(CounterKey.of(resource, "views"), Long.MAX_VALUE - 1);

        assertProblem(server.increment(body(",\"delta\":2")), 409, "counter-overflow");
        assertThat(server.increment(body("")).text()).contains("\"value\":9223372036854775807}");
    }

    @Test
    void increment_sameIdempotencyKey_hasOneEffect() {
        String key = "key of " + resource;
        Answer first = server.increment(body(",\"delta\":3"), "Idempotency-Key", key);
        Answer second = server.increment(
                " {\"delta\" : 3, \"counter_type\":\"views\",\"resource_id\":\"" + resource + "\"} ",
                "Idempotency-Key", key);

        assertThat(second.text()).isEqualTo(first.text());
        assertThat(value()).isEqualTo(3);
        assertProblem(server.increment(body(",\"delta\":4"), "Idempotency-Key", key), 422, "idempotency-key-reused");
        assertThat(value()).isEqualTo(3);
    }

    @Test
    void increment_badIdempotencyKey_is400() {
        assertInvalid(server.increment(body(""), "Idempotency-Key", "k".repeat(257)), "Idempotency-Key");
        assertInvalid(server.increment(body(""), "Idempotency-Key", ""), "Idempotency-Key");
        assertInvalid(server.increment(body(""), "Idempotency-Key", "a", "Idempotency-Key", "b"), "Idempotency-Key");
        assertInvalid(withRawKey("tab\there"), "Idempotency-Key");
        assertInvalid(withRawKey("half \u00c3"), "Idempotency-Key");
        assertThat(value()).isZero();
    }

    @Test
    void increment_longestIdempotencyKeyInUtf8_isTaken() {
        assertThat(withRawKey("\u00c3\u00a9".repeat(128)).status()).isEqualTo(200);
        assertThat(server.counters.keyIds()).contains("r::" + "é".repeat(128));
    }

    private Answer withRawKey(String key) {
        return server.raw("POST /api/v1/counter/increment HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                + "Content-Type: application/json\r\nContent-Length: " + body("").length() + "\r\nIdempotency-Key: "
                + key + "\r\n\r\n" + body(""));
    }

    @Test
    void increment_portFails_isTheMatching503() {
        server.counters.failWith(new OverloadedException(10));
        Answer overloaded = server.increment(body(""));
        assertProblem(overloaded, 503, "overloaded");
        assertThat(overloaded.header("Retry-After")).isEqualTo("1");
        assertProblem(server.increment(body(",\"async\":true")), 503, "overloaded");

        server.counters.failWith(new CommitTimeoutException(Duration.ofSeconds(2)));
        Answer timeout = server.increment(body(""));
        assertProblem(timeout, 503, "commit-timeout");
        assertThat(timeout.json().path("detail").asText()).contains("unknown", "same idempotency key");

        server.counters.failWith(new ShuttingDownException());
        assertProblem(server.increment(body("")), 503, "shutting-down");

        server.counters.failWith(new StoreUnavailableException("host db.internal", new IOException("refused")));
        Answer store = server.increment(body(""));
        assertProblem(store, 503, "store-unavailable");
        assertThat(store.text()).doesNotContain("db.internal");
    }

    @Test
    void increment_portBreaksItsPromise_is500WithoutInsides() {
        server.counters.failWith(new IllegalStateException("secret of the insides"));

        Answer answer = server.increment(body(""));

        assertProblem(answer, 500, "internal-error");
        assertThat(answer.text()).doesNotContain("secret");
    }

    @Test
    void get_anyId_isDecodedOnce() {
        for (String id : new String[]{"a/b", "100%", "%2F", "a+b c&d;e", "(x)!*'", "ü€😀", "..", "a?b#c"}) {
            assertThat(server.increment("{\"resource_id\":\"" + id + "\",\"counter_type\":\"" + id + "\"}").status())
                    .isEqualTo(200);
            String encoded = URLEncoder.encode(id, StandardCharsets.UTF_8).replace("+", "%20");
            encoded = encoded.equals("..") ? "%2E%2E" : encoded;
            Answer answer = server.get("/api/v1/counter/" + encoded + "/" + encoded);

            assertThat(answer.status()).as("%s", answer).isEqualTo(200);
            assertThat(answer.json().path("resource_id").asText()).isEqualTo(id);
            assertThat(answer.json().path("counter_type").asText()).isEqualTo(id);
            assertThat(answer.json().path("value").asLong()).as("%s", answer).isEqualTo(1);
        }
        assertThat(server.get("/api/v1/counter/a+b&c;d(e)!/t").json().path("resource_id").asText())
                .isEqualTo("a+b&c;d(e)!");
    }

    @Test
    void get_badIds_are400() {
        assertInvalid(server.get("/api/v1/counter/%FF/views"), "resource_id");
        assertInvalid(server.get("/api/v1/counter/r/%C3"), "counter_type");
        assertInvalid(server.get("/api/v1/counter/%00/views"), "resource_id");
        assertInvalid(server.get("/api/v1/counter/" + "x".repeat(257) + "/views"), "resource_id");
        assertThat(server.get("/api/v1/counter/" + "%C3%A9".repeat(128) + "/" + "%C3%A9".repeat(128)).status())
                .isEqualTo(200);
        for (String path : new String[]{"/api/v1/counter/%zz/views", "/api/v1/counter/a%/views", "/a b", "/a%",
                "/\u0001"}) {
            assertProblem(server.raw("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"),
                    400, "bad-request");
        }
    }

    @Test
    void get_consistency_reachesThePort() {
        assertThat(server.get(path()).text()).isEqualTo("{\"resource_id\":\"" + resource
                + "\",\"counter_type\":\"views\",\"value\":0,\"as_of\":\"2026-01-02T03:04:05Z\"}");
        assertThat(server.counters.lastConsistency()).isEqualTo(Consistency.CACHED);
        assertThat(server.get(path() + "?consistency=strong").status()).isEqualTo(200);
        assertThat(server.counters.lastConsistency()).isEqualTo(Consistency.STRONG);
        assertInvalid(server.get(path() + "?consistency=eventual"), "consistency");
        assertInvalid(server.get(path() + "?consistancy=strong"), "consistancy");
        assertInvalid(server.get("/api/v1/leaderboard/t?limt=5"), "limt");
        assertThat(server.get(path() + "?cache=no&_=1").status()).isEqualTo(200);
    }

    @Test
    void getAll_queries_areAnsweredInOrder() {
        server.increment(body(",\"delta\":7"));

        Answer answer = server.post("/api/v1/counter/batch?consistency=strong",
                "{\"queries\":[" + body(",\"delta\":\"ignored\"")
                        + ",{\"counter_type\":\"v\",\"resource_id\":\"never\"}]}");

        assertThat(answer.status()).as("%s", answer).isEqualTo(200);
        assertThat(answer.json().path("results").findValuesAsText("value")).containsExactly("7", "0");
        assertThat(answer.json().path("results").findValuesAsText("as_of")).hasSize(2);
    }

    @Test
    void getAll_badQueries_are400NamingEach() {
        assertInvalid(server.post("/api/v1/counter/batch",
                "{\"queries\":[" + body("") + ",{\"resource_id\":7,\"counter_type\":\"\"},3,{\"resource_id\":\"a\"}]}"),
                "queries[1].resource_id", "queries[1].counter_type", "queries[2]", "queries[3].counter_type");
        assertInvalid(server.post("/api/v1/counter/batch", "{}"), "queries");
        assertInvalid(server.post("/api/v1/counter/batch", "{\"queries\":[]}"), "queries");
        assertInvalid(server.post("/api/v1/counter/batch", "{\"queries\":{}}"), "queries");
    }

    @Test
    void delete_counter_isIdempotent() {
        server.increment(body(""));

        assertThat(server.delete(path()).status()).isEqualTo(204);
        Answer again = server.delete(path());
        assertThat(again.status()).isEqualTo(204);
        assertThat(again.body()).isEmpty();
        assertThat(value()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/v1/nothing", "/%7Bx%7D", "/api/v1/counter/a/b/c", "/api/v1/counter//b",
            "/docs/other"})
    void unknownPath_is404(String path) {
        assertProblem(server.get(path), 404, "not-found");
    }

    @Test
    void wrongMethod_is405WithAllow() {
        Answer answer = server.get("/api/v1/counter/increment");

        assertProblem(answer, 405, "method-not-allowed");
        assertThat(answer.header("Allow")).isEqualTo("POST");
        Answer put = server.send("PUT", path(), BodyPublishers.noBody());
        assertProblem(put, 405, "method-not-allowed");
        assertThat(put.header("Allow")).contains("GET", "DELETE");
        assertProblem(
                server.raw("BREW /api/v1/counter/increment HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"),
                405, "method-not-allowed");
    }

    @Test
    void wrongMethod_detail_saysWhichToUse() {
        assertThat(server.get("/api/v1/counter/increment").json().path("detail").asText())
                .isEqualTo("the method GET is not allowed here; use POST");
        assertThat(server.send("PUT", path(), BodyPublishers.noBody()).json().path("detail").asText())
                .endsWith("; use DELETE or GET");
    }

    @Test
    void increment_formOfCurl_is415WithTheHeaderToAdd() {
        Answer answer = server.send("POST", "/api/v1/counter/increment", BodyPublishers.ofString(body("")),
                "Content-Type", "application/x-www-form-urlencoded");

        assertProblem(answer, 415, "unsupported-media-type");
        assertThat(answer.json().path("detail").asText()).contains("-H 'content-type: application/json'");
    }

    @Test
    void home_leadsToThePage() {
        Answer home = server.get("/");
        assertThat(home.status()).isEqualTo(302);
        assertThat(home.header("Location")).isEqualTo("docs");
        Answer slash = server.get("/docs/");
        assertThat(slash.status()).isEqualTo(301);
        assertThat(slash.header("Location")).isEqualTo("../docs");
        assertThat(server.get("/favicon.ico").status()).isEqualTo(204);
    }

    @Test
    void get_whatBrowsersSendUnencoded_isRead() {
        for (String id : new String[]{"a|b", "[x]", "a\\b", "^", "{x}", "`", "\"q\"", "<a>", "ü€😀"}) {
            String json = "{\"resource_id\":\"" + id.replace("\\", "\\\\").replace("\"", "\\\"")
                    + "\",\"counter_type\":\"raw\"}";
            assertThat(server.increment(json).status()).as(json).isEqualTo(200);
            Answer answer = server
                    .raw(("GET /api/v1/counter/" + id + "/raw?x={" + id + "} HTTP/1.1\r\nHost: localhost\r\n"
                            + "Connection: close\r\n\r\n").getBytes(StandardCharsets.UTF_8));

            assertThat(answer.status()).as("%s", answer).isEqualTo(200);
            assertThat(answer.json().path("resource_id").asText()).isEqualTo(id);
            assertThat(answer.json().path("value").asLong()).isEqualTo(1);
        }
    }

    @Test
    void increment_requestId_isTheKeyOfGrpcAndBatches() {
        String keyed = body(",\"delta\":3,\"request_id\":\"id of " + resource + "\"");
        Answer first = server.increment(keyed);

        assertThat(server.increment(keyed).text()).isEqualTo(first.text());
        assertThat(server.batch("{\"operations\":[" + keyed + "]}").json().at("/results/0/value").asLong())
                .isEqualTo(3);
        assertThat(value()).isEqualTo(3);
        assertThat(server.counters.keyIds()).contains("r::id of " + resource);
        Answer other = server.increment(body(",\"request_id\":\"id of " + resource + "\""));
        assertProblem(other, 422, "idempotency-key-reused");
        assertThat(other.json().path("detail").asText()).startsWith("the request_id");
    }

    @Test
    void increment_headerAndRequestId_mustBeOneKey() {
        String keyed = body(",\"request_id\":\"both of " + resource + "\"");

        assertInvalid(server.increment(keyed, "Idempotency-Key", "another"), "request_id");
        assertThat(value()).isZero();
        assertThat(server.increment(keyed, "Idempotency-Key", "both of " + resource).status()).isEqualTo(200);
        assertThat(server.increment(body(""), "Idempotency-Key", "both of " + resource).status()).isEqualTo(200);
        assertThat(value()).isEqualTo(1);
        assertThat(server.counters.keyIds()).contains("r::both of " + resource);
    }

    @Test
    void batch_requestId_isItsIdempotencyKey() {
        String batch = "{\"request_id\":\"batch of " + resource + "\",\"operations\":[" + body("") + "]}";

        Answer first = server.batch(batch);
        assertThat(first.status()).isEqualTo(200);
        assertThat(server.batch(batch).text()).isEqualTo(first.text());
        String same = "{\"operations\":[" + body("") + "]}";
        assertThat(server.batch(same, "Idempotency-Key", "batch of " + resource).text()).isEqualTo(first.text());
        assertThat(value()).isEqualTo(1);
        assertInvalid(server.batch(batch, "Idempotency-Key", "another"), "request_id");
        Answer other = server.batch(batch.replace("\"views\"", "\"other\""));
        assertProblem(other, 422, "idempotency-key-reused");
        assertThat(other.json().path("detail").asText()).startsWith("the request_id");
    }

    @Test
    void increment_pathSpeltOtherwise_isTheSameRequest() {
        String key = "slash of " + resource;
        Answer first = server.increment(body(""), "Idempotency-Key", key);

        assertThat(server.post("/api/v1/counter/increment/", body(""), "Idempotency-Key", key).text())
                .isEqualTo(first.text());
        assertThat(server.post("/api/v1/counter/increment?x", body(""), "Idempotency-Key", key).text())
                .isEqualTo(first.text());
        assertThat(value()).isEqualTo(1);
        String batch = "{\"operations\":[" + body("") + "]}";
        Answer one = server.post("/api/v1/counter/batch-increment/", batch, "Idempotency-Key", key + "2");
        assertThat(server.batch(batch, "Idempotency-Key", key + "2").text()).isEqualTo(one.text());
    }

    @Test
    void increment_headerOrRequestId_isOneName() {
        String key = "one name of " + resource;
        assertThat(server.increment(body(",\"delta\":3"), "Idempotency-Key", key).status()).isEqualTo(200);
        assertThat(server.increment(body(",\"delta\":3,\"request_id\":\"" + key + "\"")).status()).isEqualTo(200);
        assertThat(value()).isEqualTo(3);
        assertProblem(server.increment(body(",\"request_id\":\"" + key + "\"")), 422, "idempotency-key-reused");
    }

    @Test
    void increment_whoseKeyVersion010Recorded_isAnsweredFromItsRecord() {
        var three = Increment.of(CounterKey.of(resource, "views"), 3);
        String key = "old of " + resource;
        server.counters.write(new Posting(
                RequestKeys.ofRequest("", key, "POST /api/v1/counter/increment", List.of(three)), List.of(three)));

        Answer again = server.increment(body(",\"delta\":3"), "Idempotency-Key", key);
        assertThat(again.text()).contains("\"value\":3");
        assertThat(value()).isEqualTo(3);
        assertProblem(server.increment(body(",\"delta\":4"), "Idempotency-Key", key), 422, "idempotency-key-reused");
    }

    @Test
    void key_ofABatch_isTheOneThatEarlierVersionsRecorded() {
        var one = Increment.of(CounterKey.of(resource, "views"), 1);
        server.batch("{\"operations\":[" + body("") + "]}", "Idempotency-Key", "all of " + resource);
        assertThat(server.counters.writes().getLast().key()).isEqualTo(RequestKeys.ofRequest("",
                "all of " + resource, "POST /api/v1/counter/batch-increment", List.of(one)));
    }

    @Test
    void increment_nullForAnOptionalMember_isAsAbsent() {
        Answer answer = server.increment(body(",\"delta\":null,\"increment\":null,\"user_id\":null,\"async\":null,"
                + "\"request_id\":null"));

        assertThat(answer.json().path("value").asLong()).as("%s", answer).isEqualTo(1);
        assertThat(server.increment(body(",\"delta\":null,\"increment\":4")).json().path("value").asLong())
                .isEqualTo(5);
        assertThat(server.batch("{\"async\":null,\"request_id\":null,\"operations\":["
                + body(",\"delta\":null,\"request_id\":null") + "]}").json().at("/results/0/value").asLong())
                .isEqualTo(6);
        assertThat(server.increment("{\"resource_id\":null,\"counter_type\":\"b\"}").json().path("detail").asText())
                .isEqualTo("resource_id is required, and must not be null");
    }

    @Test
    void increment_manyMisspeltMembers_areNotAllListed() {
        StringBuilder members = new StringBuilder();
        for (int i = 0; i < 50_000; i++) {
            members.append(",\"dleta\":1,\"delta\":1");
        }
        Answer answer = server.increment(body(members.toString()));

        assertProblem(answer, 400, "invalid-input");
        assertThat(answer.json().path("errors").size()).isBetween(2, 1000);
    }

    @Test
    void unavailable_speaksOfWhatWasAskedFor() {
        for (RuntimeException failure : new RuntimeException[]{new OverloadedException(10),
                new CommitTimeoutException(Duration.ofSeconds(2)), new ShuttingDownException(),
                new StoreUnavailableException("away", new IOException("refused"))}) {
            server.counters.failWith(failure);
            // What may be from memory is answered from there.
            for (Answer read : new Answer[]{server.get(path() + "?consistency=strong"), server.post(
                    "/api/v1/counter/batch?consistency=strong", "{\"queries\":[" + body("") + "]}")}) {
                assertThat(read.status()).isEqualTo(503);
                assertThat(read.text()).contains("ask again").doesNotContain("appl", "count it", "key", "changed",
                        "commit in");
            }
            Answer delete = server.delete(path());
            assertThat(delete.status()).isEqualTo(503);
            assertThat(delete.text()).doesNotContain("key", "counted");
        }
    }

    @Test
    void head_ofUnknownPath_hasNoBody() {
        Answer answer = server.send("HEAD", "/nothing", BodyPublishers.noBody());

        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.body()).isEmpty();
    }

    @Test
    void notAcceptable_is406() {
        Answer answer = server.get(path(), "Accept", "image/png");
        assertProblem(answer, 406, "not-acceptable");
        assertThat(answer.json().path("detail").asText()).contains("application/json");
        assertProblem(server.increment(body(""), "Accept", "text/html, application/json;q=0"), 406, "not-acceptable");
        assertThat(value()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json; charset=utf-16", "application/*", "text/html, */*;q=0.1",
            "APPLICATION/JSON;q=0.001", "*", "", "nonsense", "application/json;profile=\"a,b;q=0\""})
    void accept_thatCoversJson_isAnsweredAsJson(String accept) {
        for (Answer answer : new Answer[]{server.get(path(), "Accept", accept),
                server.increment(body(""), "Accept", accept), server.get("/health", "Accept", accept),
                server.batch("{\"operations\":[" + body("") + "]}", "Accept", accept)}) {
            assertThat(answer.status()).as("%s", answer).isEqualTo(200);
            assertThat(answer.header("Content-Type")).isEqualTo("application/json");
        }
    }

    @Test
    void leaderboard_ofAType_isRanked() {
        String type = "rank-" + resource;
        for (int i = 1; i <= 12; i++) {
            server.increment("{\"resource_id\":\"r" + i + "\",\"counter_type\":\"" + type + "\",\"delta\":" + i + "}");
        }

        Answer answer = server.get("/api/v1/leaderboard/" + type + "?window=24h&limit=2");

        assertThat(answer.text()).isEqualTo("{\"entries\":["
                + "{\"rank\":1,\"resource_id\":\"r12\",\"value\":12,\"max_error\":0},"
                + "{\"rank\":2,\"resource_id\":\"r11\",\"value\":11,\"max_error\":0}],"
                + "\"window\":\"24h\",\"as_of\":\"2026-01-02T03:04:05Z\"}");
        assertThat(server.get("/api/v1/leaderboard/" + type).json().path("entries")).hasSize(10);
        assertThat(server.get("/api/v1/leaderboard/" + type).json().path("window").asText()).isEqualTo("all");
    }

    @Test
    void leaderboard_badArguments_are400() {
        assertInvalid(server.get("/api/v1/leaderboard/t?window=2h"), "window");
        for (String limit : new String[]{"0", "1001", "-1", "ten", "99999999999", ""}) {
            assertInvalid(server.get("/api/v1/leaderboard/t?limit=" + limit), "limit");
        }
        assertInvalid(server.get("/api/v1/leaderboard/%09"), "counter_type");
    }
}
