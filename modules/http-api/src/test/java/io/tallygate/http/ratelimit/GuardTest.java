package io.tallygate.http.ratelimit;

import static io.tallygate.http.ProblemAssert.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import io.tallygate.http.TestServer;
import io.tallygate.http.TestServer.Answer;
import io.tallygate.kernel.Sha256;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** This API itself, limited by the rules of its domain. */
@Timeout(120)
final class GuardTest {

    private static final String BODY = "{\"resource_id\":\"a\",\"counter_type\":\"b\"}";

    private static final Pattern STATUS_OR_LIMIT = Pattern.compile("HTTP/1.1 \\d+|RateLimit: [^,;]*;r=\\d+");

    @TempDir
    private Path directory;

    private TestServer server(String descriptors, String... settings) throws IOException {
        Path file = Files.writeString(directory.resolve("rules.yaml"),
                "{domain: tallygate, descriptors: [" + descriptors + "]}");
        Map<String, Object> all = new HashMap<>(Map.of("tallygate.ratelimit.rules", file.toString()));
        for (int i = 0; i < settings.length; i += 2) {
            all.put(settings[i], settings[i + 1]);
        }
        return new TestServer(all);
    }

    private static String[] token(String name, String scopes) {
        String digest = Sha256.hex((name + "-secret").getBytes(StandardCharsets.UTF_8));
        return new String[]{"tallygate.tokens." + name + ".sha256", digest, "tallygate.tokens." + name + ".scopes",
                scopes};
    }

    private static String[] bearer(String name) {
        return new String[]{"Authorization", "Bearer " + name + "-secret"};
    }

    private static String limit(int requests) {
        return "rate_limit: {unit: year, requests_per_unit: " + requests + "}";
    }

    @Test
    void address_beyondItsLimit_isRefusedAndNothingIsDone() throws IOException {
        try (var server = server("{key: remote_address, " + limit(2) + "}")) {
            Answer first = server.increment(BODY);
            assertThat(first.status()).isEqualTo(200);
            assertThat(first.header("RateLimit-Policy")).isEqualTo("\"remote_address-365d\";q=2;w=31536000");
            assertThat(first.header("RateLimit")).startsWith("\"remote_address-365d\";r=1;t=");
            assertThat(server.get("/api/v1/counter/a/b").status()).isEqualTo(200);
            Answer refused = server.increment(BODY);
            assertProblem(refused, 429, "rate-limited");
            assertThat(refused.header("RateLimit")).startsWith("\"remote_address-365d\";r=0;t=");
            assertThat(Long.parseLong(refused.header("Retry-After"))).isPositive();
            assertThat(server.counters.writes()).hasSize(1);
        }
    }

    @Test
    void health_metricsAndEnvoysProtocol_areNeverLimited() throws IOException {
        try (var server = server("{key: remote_address, " + limit(0) + "}")) {
            for (String path : new String[]{"/health", "/health/liveness", "/health/readiness", "/metrics"}) {
                assertThat(server.get(path).status()).as(path).isEqualTo(200);
            }
            assertThat(server.post("/json", "{\"domain\":\"d\",\"descriptors\":[{}]}").status()).isEqualTo(200);
            assertProblem(server.get("/api/v1/nothing"), 429, "rate-limited");
            assertProblem(server.get("/docs"), 429, "rate-limited");
        }
    }

    @Test
    void server_withoutRules_tellsNothing() throws IOException {
        try (var server = server("")) {
            assertThat(server.increment(BODY).header("RateLimit-Policy")).isEmpty();
        }
    }

    @Test
    void rules_thatComeLater_areInEffectOnOpenConnections() throws IOException {
        try (var server = server("")) {
            assertThat(server.increment(BODY).status()).isEqualTo(200);
            Files.writeString(directory.resolve("rules.yaml"),
                    "{domain: tallygate, descriptors: [{key: endpoint, " + limit(0) + "}]}");
            while (server.increment(BODY).status() == 200) {
                Thread.onSpinWait();
            }
            assertProblem(server.increment(BODY), 429, "rate-limited");
        }
    }

    @Test
    void endpoint_isNamedWithoutIdentifiers() throws IOException {
        try (var server = server("{key: endpoint, value: 'GET /api/v1/counter/{resource_id}/{counter_type}', "
                + limit(1) + "}, {key: endpoint, value: GET /api/v1/counter/x/b, " + limit(0) + "}")) {
            assertThat(server.get("/api/v1/counter/x/b").status()).isEqualTo(200);
            assertThat(server.get("/api/v1/counter/y/c").status()).isEqualTo(429);
            assertThat(server.increment(BODY).status()).isEqualTo(200);
        }
    }

    @Test
    void head_isLimitedAsWhatItIsTheHeadOf() throws IOException {
        try (var server = server("{key: endpoint, value: 'GET /api/v1/counter/{resource_id}/{counter_type}', "
                + limit(1) + "}")) {
            assertThat(server.send("HEAD", "/api/v1/counter/x/b", BodyPublishers.noBody()).status()).isEqualTo(200);
            assertThat(server.send("HEAD", "/api/v1/counter/x/b", BodyPublishers.noBody()).status()).isEqualTo(429);
            assertThat(server.get("/api/v1/counter/x/b").status()).isEqualTo(429);
        }
    }

    @Test
    void batch_costsAsManyHitsAsItHasItems() throws IOException {
        String three = "{\"operations\":[" + BODY + ',' + BODY + ',' + BODY + "]}";
        try (var server = server("{key: endpoint, rate_limit: {algorithm: sliding_log, unit: year,"
                + " requests_per_unit: 4}}")) {
            assertThat(server.batch(three).header("RateLimit")).startsWith("\"endpoint-365d\";r=1;");
            Answer refused = server.batch(three);
            assertProblem(refused, 429, "rate-limited");
            assertThat(server.counters.writes()).as("refused whole").hasSize(1);
            assertThat(server.batch("{\"operations\":[" + BODY + "]}").status()).isEqualTo(200);
            assertThat(server.batch("{\"operations\":[" + (BODY + ',').repeat(4) + BODY + "]}").header("Retry-After"))
                    .as("never").isEmpty();
        }
    }

    @Test
    void batchOfEvents_inEitherForm_costsAsManyHitsAsItHasEvents() throws IOException {
        try (var server = server(
                "{key: endpoint, value: 'POST /api/v1/events/{topic}', rate_limit: {name: appends, algorithm: "
                        + "sliding_log, unit: year, requests_per_unit: 5}}")) {
            Answer batch = server.send("POST", "/api/v1/events/x", BodyPublishers.ofString("[{},{}]"), "Content-Type",
                    "application/cloudevents-batch+json");
            assertThat(batch.header("RateLimit")).startsWith("\"appends\";r=3;");
            Answer plain = server.send("POST", "/api/v1/events/x", BodyPublishers.ofString("{\"events\":[{},{}]}"),
                    "Content-Type", "application/json");
            assertThat(plain.header("RateLimit")).startsWith("\"appends\";r=1;");
            Answer one = server.send("POST", "/api/v1/events/x", BodyPublishers.ofString("{\"id\":\"1\"}"),
                    "Content-Type", "application/cloudevents+json");
            assertThat(one.header("RateLimit")).startsWith("\"appends\";r=0;");
        }
    }

    @Test
    void batch_thatIsCompressed_costsTheSame() throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(bytes)) {
            gzip.write(
                    ("{\"async\":false,\"operations\":[" + BODY + ',' + BODY + "]}").getBytes(StandardCharsets.UTF_8));
        }
        try (var server = server("{key: remote_address, " + limit(9) + "}")) {
            Answer answer = server.post("/api/v1/counter/batch-increment", bytes.toByteArray(), "Content-Encoding",
                    "gzip");
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.header("RateLimit")).startsWith("\"remote_address-365d\";r=7;");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"nonsense", "{}", "{\"operations\":7}", "[]", ""})
    void batch_thatCannotBeRead_costsOne(String body) throws IOException {
        try (var server = server("{key: remote_address, " + limit(9) + "}")) {
            Answer answer = server.batch(body);
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.header("RateLimit")).startsWith("\"remote_address-365d\";r=8;");
        }
    }

    @Test
    void user_isTheTokenOfTheRequest() throws IOException {
        String[] writer = token("writer", "read,write");
        String[] other = token("other", "read,write");
        try (var server = server("{key: user, " + limit(1) + "}", writer[0], writer[1], writer[2], writer[3], other[0],
                other[1], other[2], other[3])) {
            assertThat(server.increment(BODY, bearer("writer")).status()).isEqualTo(200);
            assertThat(server.increment(BODY, bearer("writer")).status()).isEqualTo(429);
            assertThat(server.increment(BODY, bearer("other")).status()).isEqualTo(200);
            assertThat(server.increment(BODY).status()).as("no token, no user").isEqualTo(401);
        }
    }

    @Test
    void address_isLimitedBeforeItsTokenIsLookedAt() throws IOException {
        String[] writer = token("writer", "read,write");
        try (var server = server("{key: remote_address, " + limit(1) + "}, {key: user, " + limit(9) + "}", writer)) {
            Answer guess = server.increment(BODY, "Authorization", "Bearer guessed");
            assertProblem(guess, 401, "unauthenticated");
            assertThat(guess.header("RateLimit")).startsWith("\"remote_address-365d\";r=0;");
            assertProblem(server.increment(BODY, "Authorization", "Bearer guessed"), 429, "rate-limited");
            assertProblem(server.increment(BODY, bearer("writer")), 429, "rate-limited");
        }
    }

    @Test
    void user_whoseTokenLacksTheScope_isNotCounted() throws IOException {
        String[] reader = token("reader", "read");
        try (var server = server("{key: user, " + limit(1) + "}", reader)) {
            assertProblem(server.increment(BODY, bearer("reader")), 403, "forbidden");
            assertThat(server.get("/api/v1/counter/a/b", bearer("reader")).status()).isEqualTo(200);
            assertThat(server.get("/api/v1/counter/a/b", bearer("reader")).status()).isEqualTo(429);
        }
    }

    @Test
    void limitsOfTheApi_areCountedByItselfAlone_unlessAnAdminSaysSo() throws IOException {
        String[] writer = token("writer", "read,write");
        String[] root = token("root", "write,admin");
        try (var server = server("{key: user, " + limit(9) + "}", writer[0], writer[1], writer[2], writer[3], root[0],
                root[1], root[2], root[3])) {
            String question = "{\"domain\":\"tallygate\",\"descriptors\":[{\"entries\":[{\"key\":\"user\",\"value\":"
                    + "\"writer\"}]}]";
            for (String hits : List.of("", ",\"hits\":-5", ",\"force\":true")) {
                assertProblem(server.post("/api/v1/ratelimit/check", question + hits + "}", bearer("writer")), 403,
                        "forbidden");
                assertProblem(server.post("/api/v1/ratelimit/check-batch",
                        "{\"checks\":[" + question + hits + "}]}", bearer("writer")), 403, "forbidden");
            }
            assertThat(server.post("/json",
                    "{\"domain\":\"tallygate\",\"descriptors\":[{\"entries\":[{\"key\":\"user\","
                            + "\"value\":\"writer\"}],\"hitsAddend\":\"5\",\"isNegativeHits\":true}]}",
                    bearer("writer")).status())
                    .isEqualTo(400);

            Answer look = server.post("/api/v1/ratelimit/check", question + ",\"hits\":0}", bearer("writer"));
            assertThat(look.text()).contains("\"remaining\":2,");
            Answer back = server.post("/api/v1/ratelimit/check", question + ",\"hits\":-5}", bearer("root"));
            assertThat(back.text()).contains("\"remaining\":7,");
        }
    }

    @Test
    void admin_isNeverLimited() throws IOException {
        String[] root = token("root", "read,admin");
        try (var server = server("{key: remote_address, " + limit(0) + "}, {key: user, " + limit(0) + "}", root)) {
            Answer answer = server.get("/api/v1/counter/a/b", bearer("root"));
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.header("RateLimit-Policy")).isEmpty();
            assertThat(server.get("/api/v1/counter/a/b", "Authorization", "Bearer other").status()).isEqualTo(429);
        }
    }

    @Test
    void address_behindATrustedProxy_isTheOneThatItTells() throws IOException {
        try (var server = server("{key: remote_address, value: '203.0.113.9', " + limit(1) + "}, {key: remote_address,"
                + " value: '2001:db8:0:1::/64', " + limit(1) + "}, {key: remote_address, value: '127.0.0.1', "
                + limit(0)
                + "}", "tallygate.http.trusted-proxies", "127.0.0.0/8")) {
            assertThat(server.increment(BODY, "X-Forwarded-For", "198.51.100.7, 203.0.113.9").status()).isEqualTo(200);
            assertThat(server.increment(BODY, "X-Forwarded-For", "::ffff:203.0.113.9").status()).isEqualTo(429);
            assertThat(server.increment(BODY, "X-Forwarded-For", "2001:db8:0:1:2:3:4:5").status()).isEqualTo(200);
            assertThat(server.increment(BODY, "X-Forwarded-For", "2001:db8:0:1::9").status()).isEqualTo(429);
            assertThat(server.increment(BODY, "X-Forwarded-For", "2001:db8:0:2::9").status()).isEqualTo(200);
            assertThat(server.increment(BODY, "X-Forwarded-For", "garbage").status()).as("the peer").isEqualTo(429);
            assertThat(server.increment(BODY).status()).as("the peer").isEqualTo(429);
        }
    }

    @Test
    void address_thatAnyoneTells_isNotBelieved() throws IOException {
        try (var server = server("{key: remote_address, value: '127.0.0.1', " + limit(0) + "}")) {
            assertThat(server.increment(BODY, "X-Forwarded-For", "203.0.113.9").status()).isEqualTo(429);
        }
    }

    @Test
    void user_thatATrustedProxyNames_isBelieved() throws IOException {
        String rules = "{key: user, value: ann, " + limit(0) + "}";
        try (var server = server(rules, "tallygate.http.trusted-proxies", "127.0.0.1",
                "tallygate.ratelimit.user-header", "X-User")) {
            assertThat(server.increment(BODY, "X-User", "ann").status()).isEqualTo(429);
            assertThat(server.increment(BODY, "X-User", "bob").status()).isEqualTo(200);
            assertThat(server.increment(BODY).status()).isEqualTo(200);
        }
        try (var server = server(rules, "tallygate.ratelimit.user-header", "X-User")) {
            assertThat(server.increment(BODY, "X-User", "ann").status()).as("nobody is trusted").isEqualTo(200);
        }
    }

    @Test
    void combinations_areAskedInTheOrderOfTheirKeys() throws IOException {
        String[] writer = token("writer", "read,write");
        for (String keys : new String[]{"remote_address,endpoint", "user,endpoint", "remote_address,user",
                "remote_address,user,endpoint"}) {
            String[] path = keys.split(",", -1);
            String rule = limit(1);
            for (int i = path.length - 1; i >= 0; i--) {
                rule = i == path.length - 1
                        ? "{key: " + path[i] + ", " + rule + "}"
                        : "{key: " + path[i] + ", descriptors: [" + rule + "]}";
            }
            try (var server = server(rule, writer)) {
                assertThat(server.increment(BODY, bearer("writer")).status()).as(keys).isEqualTo(200);
                assertThat(server.increment(BODY, bearer("writer")).status()).as(keys).isEqualTo(429);
            }
        }
    }

    @Test
    void headers_ofAnotherStyle_areAsTheSettingSays() throws IOException {
        try (var server = server("{key: remote_address, " + limit(5) + "}", "tallygate.ratelimit.headers",
                "draft-03")) {
            Answer answer = server.increment(BODY);
            assertThat(answer.header("X-RateLimit-Limit")).startsWith("5, 5;w=31536000");
            assertThat(answer.header("X-RateLimit-Remaining")).isEqualTo("4");
            assertThat(answer.header("RateLimit-Policy")).isEmpty();
        }
        try (var server = server("{key: remote_address, " + limit(0) + "}", "tallygate.ratelimit.headers", "none")) {
            Answer answer = server.increment(BODY);
            assertThat(answer.status()).isEqualTo(429);
            assertThat(answer.header("X-RateLimit-Limit")).isEmpty();
        }
    }

    @Test
    void limits_thatOnlyReport_refuseNothing() throws IOException {
        try (var server = server("{key: remote_address, shadow_mode: true, " + limit(0) + "}")) {
            Answer answer = server.increment(BODY);
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.header("RateLimit-Policy")).isEmpty();
        }
    }

    @Test
    void check_ofAnotherDomain_tellsOfWhatWasAsked() throws IOException {
        try (var server = server("{key: remote_address, " + limit(9) + "}")) {
            Answer answer = server.post("/api/v1/ratelimit/check",
                    "{\"domain\":\"tallygate\",\"descriptors\":[{\"entries\":"
                            + "[{\"key\":\"remote_address\",\"value\":\"other\"}]}],\"hits\":9}");
            assertThat(answer.header("RateLimit")).startsWith("\"remote_address-365d\";r=0;");
        }
    }

    @Test
    void requests_thatCameTogether_areEachToldOfTheirOwnLimits() throws IOException {
        try (var server = server("{key: remote_address, " + limit(3) + "}")) {
            Answer all = server.raw(get("/api/v1/counter/a/b", "") + get("/health/liveness", "")
                    + get("/api/v1/counter/c/d", "") + get("/api/v1/nothing", "")
                    + get("/api/v1/counter/e/f", "Connection: close\r\n"));
            assertThat(all.header("RateLimit")).startsWith("\"remote_address-365d\";r=2");
            assertThat(STATUS_OR_LIMIT.matcher(all.text()).results().map(MatchResult::group)).containsExactly(
                    "HTTP/1.1 200", "HTTP/1.1 200", "RateLimit: \"remote_address-365d\";r=1", "HTTP/1.1 404",
                    "RateLimit: \"remote_address-365d\";r=0", "HTTP/1.1 429", "RateLimit: \"remote_address-365d\";r=0");
        }
    }

    private static String get(String path, String header) {
        return "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n" + header + "\r\n";
    }
}
