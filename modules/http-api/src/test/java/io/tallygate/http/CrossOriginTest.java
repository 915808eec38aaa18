package io.tallygate.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tallygate.http.TestServer.Answer;
import io.tallygate.kernel.OverloadedException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CrossOriginTest {

    private static final String PAGE = "https://shop.example";
    private static final String OTHER = "https://other.example";
    private static final String INCREMENT = "/api/v1/counter/increment";
    private static final String BODY = "{\"resource_id\":\"a\",\"counter_type\":\"b\"}";

    private static TestServer server(String origins) {
        return new TestServer(Map.of("tallygate.http.cors.origins", origins));
    }

    private static TestServer serverWithTokens(String origins) throws Exception {
        var settings = new HashMap<String, Object>();
        if (!origins.isEmpty()) {
            settings.put("tallygate.http.cors.origins", origins);
        }
        settings.put("tallygate.tokens.web.sha256", HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest("secret".getBytes(StandardCharsets.UTF_8))));
        settings.put("tallygate.tokens.web.scopes", List.of("write"));
        return new TestServer(settings);
    }

    private static Answer preflight(TestServer server, String origin, String method, String... headers) {
        var all = new String[headers.length + 4];
        all[0] = "Origin";
        all[1] = origin;
        all[2] = "Access-Control-Request-Method";
        all[3] = method;
        System.arraycopy(headers, 0, all, 4, headers.length);
        return server.send("OPTIONS", INCREMENT, BodyPublishers.noBody(), all);
    }

    private static void assertReadable(Answer answer) {
        assertThat(answer.header("Access-Control-Allow-Origin")).as("%s", answer).isEqualTo(PAGE);
        assertThat(answer.header("Access-Control-Expose-Headers")).contains("ETag", "RateLimit", "RateLimit-Policy",
                "Retry-After", "X-Request-Id");
        assertThat(answer.header("Vary")).isEqualTo("Origin");
        assertThat(answer.header("Access-Control-Allow-Credentials")).isEmpty();
    }

    @Test
    void preflight_allowedOrigin_saysWhatMayBeSentAndNeedsNoToken() throws Exception {
        try (TestServer server = serverWithTokens("https://a.example, " + PAGE)) {
            Answer answer = preflight(server, PAGE, "POST", "Access-Control-Request-Headers",
                    "authorization,content-type,idempotency-key");

            assertThat(answer.status()).isEqualTo(204);
            assertReadable(answer);
            assertThat(answer.header("Access-Control-Allow-Methods")).contains("GET", "POST", "DELETE");
            assertThat(answer.header("Access-Control-Allow-Headers")).contains("authorization", "content-type",
                    "idempotency-key", "x-request-id");
            assertThat(answer.header("Access-Control-Max-Age")).isEqualTo("7200");
            assertThat(preflight(server, PAGE, "DELETE").status()).isEqualTo(204);
        }
    }

    @Test
    void answers_ofEveryKind_canBeReadByTheAllowedOrigin() throws Exception {
        try (TestServer server = serverWithTokens(PAGE)) {
            Answer counted = server.increment(BODY, "Origin", PAGE, "Authorization", "Bearer secret");
            assertThat(counted.status()).isEqualTo(200);
            assertReadable(counted);

            Answer noToken = server.increment(BODY, "Origin", PAGE);
            assertThat(noToken.status()).isEqualTo(401);
            assertReadable(noToken);

            Answer wrong = server.increment("{", "Origin", PAGE, "Authorization", "Bearer secret");
            assertThat(wrong.status()).isEqualTo(400);
            assertReadable(wrong);

            Answer missing = server.get("/nowhere", "Origin", PAGE);
            assertThat(missing.status()).isEqualTo(404);
            assertReadable(missing);

            Answer noJson = server.send("POST", INCREMENT, BodyPublishers.ofString(BODY), "Origin", PAGE,
                    "Content-Type", "text/plain");
            assertThat(noJson.status()).isIn(401, 415);
            assertReadable(noJson);

            Answer tooLarge = server.post(INCREMENT, new byte[(1 << 20) + 1], "Origin", PAGE, "Authorization",
                    "Bearer secret");
            assertThat(tooLarge.status()).isEqualTo(413);
            assertReadable(tooLarge);
        }
    }

    @Test
    void answers_unavailable_canBeReadByTheAllowedOrigin() {
        try (TestServer server = server(PAGE)) {
            server.counters.failWith(new OverloadedException(1));

            Answer answer = server.increment(BODY, "Origin", PAGE);

            assertThat(answer.status()).isEqualTo(503);
            assertReadable(answer);
        }
    }

    @Test
    void otherOrigins_getNoCorsHeaders() throws Exception {
        try (TestServer server = serverWithTokens(PAGE)) {
            for (Answer answer : List.of(preflight(server, OTHER, "POST"), preflight(server, "null", "POST"),
                    server.increment(BODY, "Origin", OTHER, "Authorization", "Bearer secret"),
                    server.increment(BODY, "Authorization", "Bearer secret"))) {
                assertThat(answer.headers().keySet()).noneMatch(name -> name.toLowerCase(Locale.ROOT)
                        .startsWith("access-control-"));
                assertThat(answer.header("Vary")).isEqualTo("Origin");
            }
        }
    }

    @Test
    void anyOrigin_whenConfigured_isAnsweredWithAStarAndWithoutCredentials() {
        try (TestServer server = server("*")) {
            Answer answer = server.increment(BODY, "Origin", OTHER);

            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.header("Access-Control-Allow-Origin")).isEqualTo("*");
            assertThat(answer.header("Access-Control-Allow-Credentials")).isEmpty();
            assertThat(preflight(server, OTHER, "POST").status()).isEqualTo(204);
        }
    }

    @Test
    void noOrigins_byDefault_noAnswerHasCorsHeaders() throws Exception {
        try (TestServer server = serverWithTokens("")) {
            Answer answer = server.increment(BODY, "Origin", PAGE, "Authorization", "Bearer secret");

            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.header("Access-Control-Allow-Origin")).isEmpty();
            assertThat(answer.header("Vary")).isEmpty();
            assertThat(preflight(server, PAGE, "POST").status()).isEqualTo(405);
        }
    }

    @Test
    void noTokens_pagesFromElsewhere_areRefusedAndThoseOfThisMachineAreNot() {
        try (TestServer server = new TestServer(Map.of())) {
            for (String origin : List.of(PAGE, "null", "https://127.example.com", "https://localhost.example.com")) {
                Answer answer = server.increment(BODY, "Origin", origin);
                ProblemAssert.assertProblem(answer, 403, "forbidden");
                assertThat(answer.text()).contains("tallygate.http.cors.origins");
            }
            for (String origin : List.of("http://localhost:3000", "http://127.0.0.1", "http://127.0.0.2:81",
                    "http://[::1]:3000", "http://app.localhost")) {
                assertThat(server.increment(BODY, "Origin", origin).status()).as(origin).isEqualTo(200);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"shop.example", "https://shop.example/", "https://Shop.example", "https://*.example",
            "https://a.example,", "null", "*, https://a.example"})
    void start_wrongOrigins_namesTheSetting(String origins) {
        assertThatThrownBy(() -> server(origins).close()).hasStackTraceContaining(
                "tallygate.http.cors.origins is '" + origins + "'");
    }
}
