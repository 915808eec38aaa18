package io.tallygate.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** A deployment whose own API is limited, by the rules of a file. Each test has an address and a token of its own. */
@OwnDeployment
@StoreDoesNotMatter
class RateLimitGuardIT extends RateLimitSuite {

    private static final String ROOT = "root-secret-77aa";
    private static final String ANN = "ann-secret-11bb";
    private static final String BOB = "bob-secret-22cc";
    private static final String CID = "cid-secret-33dd";
    private static final String FORWARDED = "X-Forwarded-For";
    private static final String RULES = """
            domain: tallygate
            descriptors:
              - key: remote_address
                rate_limit: {name: per-address, unit: year, requests_per_unit: 4}
              - key: remote_address
                value: 203.0.113.200
                rate_limit: {unlimited: true}
              - key: endpoint
                value: GET /api/v1/leaderboard/{counter_type}
                rate_limit: {name: leaderboards, unit: year, requests_per_unit: 2}
              - key: user
                value: bob
                rate_limit: {name: per-user, algorithm: sliding_log, unit: year, requests_per_unit: 5}
            """;

    /** The launch is made before this class has fields. */
    private static final Path DIRECTORY = TemporaryDirectories.create("rules");
    private static final Path FILE = written();

    private final Api ann = api.as(ANN);
    private final Api bob = api.as(BOB);

    @Override
    Launch launch() {
        return Launch.patient().token("root", ROOT, "read,write,admin").token("ann", ANN, "read,write")
                .token("bob", BOB, "read,write").token("cid", CID, "read")
                .with("TALLYGATE_HTTP_TRUSTED_PROXIES", "127.0.0.1,::1")
                .with("TALLYGATE_RATELIMIT_RULES", FILE.toString()).with("TALLYGATE_RATELIMIT_TIMEOUT", "10s");
    }

    private static Path written() {
        try {
            return Files.writeString(DIRECTORY.resolve("guard.yaml"), RULES);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @AfterAll
    static void delete() {
        TemporaryDirectories.delete(DIRECTORY);
    }

    private Answer increment(Api caller, String address, Map<String, Object> body) {
        return caller.post(CounterApi.INCREMENT, Json.text(body), FORWARDED, address);
    }

    private Answer increment(Api caller, String address) {
        return increment(caller, address, Json.increment(freshCounter(), 1));
    }

    @Test
    void anAddressBeyondItsLimitIsRefusedAndNothingIsDone() {
        Counter counter = freshCounter();
        for (int i = 3; i >= 0; i--) {
            Answer counted = increment(ann, "203.0.113.1", Json.increment(counter, 1));
            assertThat(counted).isOk();
            assertThat(counted.header("RateLimit-Policy")).isEqualTo("\"per-address\";q=4;w=31536000");
            assertThat(counted.header("RateLimit")).matches("\"per-address\";r=" + i + ";t=\\d+");
        }
        Answer refused = increment(ann, "203.0.113.1", Json.increment(counter, 1));
        assertThat(refused).hasStatus(429).isProblem("rate-limited");
        assertThat(refused.header("RateLimit")).matches("\"per-address\";r=0;t=" + refused.header("Retry-After"));
        assertThat(increment(ann, "203.0.113.2")).as("another address").isOk();
        assertThat(api.as(ROOT).get(counter.path())).isOk().hasValue(4);
    }

    @Test
    void guessingTokensIsLimited() {
        Api guesser = api.as("guess");
        for (int i = 0; i < 4; i++) {
            assertThat(increment(guesser, "203.0.113.3")).hasStatus(401).isProblem("unauthenticated");
        }
        assertThat(increment(guesser, "203.0.113.3")).hasStatus(429).isProblem("rate-limited");
        assertThat(increment(ann, "203.0.113.3")).as("the address as a whole").hasStatus(429);
    }

    @Test
    void addressesOfOneNetworkOfIPv6AreOneCaller() {
        for (int i = 0; i < 4; i++) {
            assertThat(increment(ann, "2001:db8:0:1::" + i)).isOk();
        }
        assertThat(increment(ann, "2001:db8:0:1:ffff::1")).hasStatus(429);
        assertThat(increment(ann, "2001:db8:0:2::1")).isOk();
    }

    @Test
    void aBatchCostsAsManyHitsAsItHasItemsAndIsRefusedWhole() {
        Counter counter = freshCounter();
        var operations = List.of(Json.increment(counter, 1), Json.increment(counter, 1), Json.increment(counter, 1));
        String batch = Json.text(Json.object("operations", operations));
        assertThat(bob.post(CounterApi.BATCH_INCREMENT, batch, FORWARDED, "203.0.113.200")).isOk();
        Answer refused = bob.post(CounterApi.BATCH_INCREMENT, batch, FORWARDED, "203.0.113.200");
        assertThat(refused).hasStatus(429).isProblem("rate-limited");
        assertThat(refused.header("RateLimit")).matches("\"per-user\";r=2;t=\\d+");
        assertThat(increment(bob, "203.0.113.200")).as("one is left").isOk();
        assertThat(api.as(ROOT).get(counter.path())).hasValue(3);
    }

    private Answer leaderboard(String token) {
        return api.as(token).send("GET", "/api/v1/leaderboard/likes", BodyPublishers.noBody(), FORWARDED,
                "203.0.113.200");
    }

    @Test
    void anEndpointHasALimitOfItsOwnForAllCallersTogether() {
        for (String token : List.of(ANN, CID)) {
            Answer counted = leaderboard(token);
            assertThat(counted).isOk();
            assertThat(counted.header("RateLimit-Policy")).isEqualTo("\"leaderboards\";q=2;w=31536000");
        }
        Answer refused = leaderboard(ANN);
        assertThat(refused).hasStatus(429).isProblem("rate-limited");
        assertThat(refused.header("RateLimit")).isEqualTo("\"leaderboards\";r=0;t=" + refused.header("Retry-After"));
        assertThat(increment(ann, "203.0.113.200")).as("another endpoint").isOk();
    }

    @Test
    void whoeverRunsItIsNeverLimited() {
        for (int i = 0; i < 6; i++) {
            Answer counted = increment(api.as(ROOT), "203.0.113.5");
            assertThat(counted).isOk();
            assertThat(counted.header("RateLimit-Policy")).isEmpty();
            assertThat(api.get("/health")).isOk();
            assertThat(api.get("/health/readiness")).isOk();
        }
        assertThat(increment(ann, "203.0.113.5")).isOk();
    }

    @Test
    @OverHttpOnly(because = "metrics and Envoy's bodies are not asked for over it")
    void whatMachinesAskForIsNeverLimited() {
        for (int i = 0; i < 6; i++) {
            assertThat(ann.send("GET", "/metrics", BodyPublishers.noBody(), FORWARDED,
                    "203.0.113.9")).isOk();
            assertThat(ann.post("/json", "{\"domain\":\"d\",\"descriptors\":[{}]}", FORWARDED, "203.0.113.9")).isOk();
        }
        assertThat(increment(ann, "203.0.113.9")).isOk();
    }

    @Test
    @OverHttpOnly(because = "what is called there is a method or nothing")
    void pathsAtWhichNothingIsAreLimitedToo() {
        for (int i = 0; i < 4; i++) {
            assertThat(ann.send("GET", "/nowhere", BodyPublishers.noBody(), FORWARDED,
                    "203.0.113.6")).hasStatus(404);
        }
        assertThat(ann.send("GET", "/nowhere", BodyPublishers.noBody(), FORWARDED,
                "203.0.113.6")).hasStatus(429).isProblem("rate-limited");
    }

    @Test
    @OverHttpOnly(because = "metrics are not asked for over it")
    void metricsCountWhatRulesAllowAndDeny() {
        // Of two processes that answer in turn each has counted one.
        increment(ann, "203.0.113.7");
        increment(ann, "203.0.113.7");
        String metrics = ann.get("/metrics").body();
        assertThat(metrics).contains("tallygate_ratelimit_checks_total{result=\"allowed\",source=\"store\"}")
                .contains(
                        "ratelimit_service_rate_limit_total_hits{domain=\"tallygate\",key1=\"remote_address\",key2=\"\"}")
                .contains("tallygate_ratelimit_rules_problems 0.0");
    }

    @Test
    void scopesAreNeededAsForEverything() {
        String question = Json.text(RateLimitApi.question("tallygate", "user", "eve", "hits", 0));
        Api reader = api.as(ANN);
        assertThat(reader.post(RateLimitApi.CHECK, question, FORWARDED, "203.0.113.200")).isOk();
        assertThat(api.post(RateLimitApi.CHECK, question, FORWARDED, "203.0.113.200")).hasStatus(401);
        assertThat(reader.post(RateLimitApi.PATH + "/reset", question, FORWARDED, "203.0.113.200")).hasStatus(403);
        String own = "{\"domain\":\"tallygate\",\"descriptors\":[{\"entries\":[{\"key\":\"user\"}],\"limit\":{\"unit\":"
                + "\"day\",\"requests_per_unit\":1}}]}";
        assertThat(reader.post(RateLimitApi.CHECK, own, FORWARDED, "203.0.113.200")).hasStatus(403)
                .isProblem("forbidden");
        assertThat(api.as(ROOT).post(RateLimitApi.CHECK, own)).isOk();
        String back = Json.text(RateLimitApi.question("tallygate", "user", "bob", "hits", -1));
        assertThat(bob.post(RateLimitApi.CHECK, back, FORWARDED, "203.0.113.200")).as("one's own hits")
                .hasStatus(403).isProblem("forbidden");
        assertThat(api.as(ROOT).post(RateLimitApi.CHECK, back)).isOk();
    }

    @Test
    @OverHttpOnly(because = "its health has no notes")
    void aFileThatBecomesWrongKeepsItsRulesAndIsToldAbout() throws IOException {
        try {
            Files.writeString(FILE, RULES + "  - key: ''\n");
            Await.until(RateLimitApi.IN_EFFECT.multipliedBy(6), "it is told about",
                    () -> api.get("/health").json().path("notes").size() == 1);
            assertThat(api.get("/health").json().path("status").asText()).isEqualTo("UP");
            assertThat(api.get("/health").json().at("/notes/0").asText()).startsWith(FILE + ":14: tallygate: ");
            assertThat(increment(ann, "203.0.113.8").header("RateLimit-Policy")).startsWith("\"per-address\";q=4");
        } finally {
            Files.writeString(FILE, RULES);
            Await.until(RateLimitApi.IN_EFFECT.multipliedBy(6), "it is right again",
                    () -> api.get("/health").json().path("notes").isEmpty());
        }
    }
}
