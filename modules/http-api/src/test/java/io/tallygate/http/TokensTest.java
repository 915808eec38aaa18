package io.tallygate.http;

import static io.tallygate.http.ProblemAssert.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tallygate.http.TestServer.Answer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class TokensTest {

    private static final String BODY = "{\"resource_id\":\"a\",\"counter_type\":\"b\"}";
    private static final String VALUE = "/api/v1/counter/a/b";

    private static Map<String, Object> token(String name, String secret, Object scopes) {
        return Map.of("tallygate.tokens." + name + ".sha256",
                sha256(secret),
                "tallygate.tokens." + name + ".scopes", scopes);
    }

    private static String sha256(String secret) {
        try {
            byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static TestServer withTokens() {
        var settings = new HashMap<String, Object>();
        settings.putAll(token("reader", "r-secret", "read"));
        settings.putAll(token("writer", "w-secret", List.of("write")));
        settings.putAll(token("both", "b-secret", "read,WRITE"));
        settings.putAll(token("root", "a-secret", List.of("admin")));
        return new TestServer(settings);
    }

    private static String[] bearer(String secret) {
        return new String[]{"Authorization", "Bearer " + secret};
    }

    @Test
    void request_withoutValidToken_is401() {
        try (var server = withTokens()) {
            Answer answer = server.get(VALUE);
            assertProblem(answer, 401, "unauthenticated");
            assertThat(answer.header("WWW-Authenticate")).startsWith("Bearer");
            assertProblem(server.get(VALUE, bearer("wrong")), 401, "unauthenticated");
            assertProblem(server.get(VALUE, "Authorization", "Basic r-secret"), 401, "unauthenticated");
            assertProblem(server.increment(BODY), 401, "unauthenticated");
            assertProblem(server.get("/metrics"), 401, "unauthenticated");
            assertThat(server.counters.writes()).isEmpty();
        }
    }

    @Test
    void request_withoutTheScope_is403() {
        try (var server = withTokens()) {
            Answer answer = server.increment(BODY, bearer("r-secret"));
            assertProblem(answer, 403, "forbidden");
            assertThat(answer.header("WWW-Authenticate")).contains("insufficient_scope", "write");
            assertProblem(server.get(VALUE, bearer("w-secret")), 403, "forbidden");
            assertProblem(server.get(VALUE, bearer("a-secret")), 403, "forbidden");
            assertProblem(server.delete(VALUE, bearer("b-secret")), 403, "forbidden");
            assertProblem(server.get("/metrics", bearer("w-secret")), 403, "forbidden");
        }
    }

    @Test
    void request_withTheScope_passes() {
        try (var server = withTokens()) {
            assertThat(server.increment(BODY, bearer("w-secret")).status()).isEqualTo(200);
            assertThat(server.get(VALUE, "authorization", "bearer r-secret").status()).isEqualTo(200);
            assertThat(server.post("/api/v1/counter/batch", "{\"queries\":[" + BODY + "]}", bearer("b-secret"))
                    .status()).isEqualTo(200);
            assertThat(server.delete(VALUE, bearer("a-secret")).status()).isEqualTo(204);
            assertThat(server.get("/metrics", bearer("r-secret")).status()).isEqualTo(200);
        }
    }

    @Test
    void openPaths_needNoToken() {
        try (var server = withTokens()) {
            for (String path : new String[]{"/health", "/health/liveness", "/health/readiness", "/openapi.yml",
                    "/docs"}) {
                assertThat(server.get(path).status()).as(path).isEqualTo(200);
            }
            assertProblem(server.get("/api/v1/nothing"), 404, "not-found");
        }
    }

    @Test
    void idempotencyKey_belongsToItsToken() {
        try (var server = withTokens()) {
            for (String secret : new String[]{"w-secret", "b-secret"}) {
                server.increment(BODY, "Authorization", "Bearer " + secret, "Idempotency-Key", "same");
            }
            assertThat(server.get(VALUE, bearer("r-secret")).json().path("value").asLong()).isEqualTo(2);
            assertThat(server.counters.keyIds()).containsExactly("r:writer:same", "r:both:same");
        }
    }

    @Test
    void start_withWrongToken_namesTheSetting() {
        assertRefused(token("n".repeat(33), "s", "read"), "tallygate.tokens.nnn", "name");
        assertRefused(token("t", "s", "reed"), "tallygate.tokens.t.scopes", "reed", "[read, write, admin, priority]");
        assertRefused(Map.of("tallygate.tokens.t.sha256", "secret", "tallygate.tokens.t.scopes", "read"),
                "tallygate.tokens.t.sha256", "64 hexadecimal digits");
        assertRefused(Map.of("tallygate.tokens.t.sha256", "x".repeat(64), "tallygate.tokens.t.scopes", "read"),
                "tallygate.tokens.t.sha256", "64 hexadecimal digits");
        assertRefused(Map.of("tallygate.tokens.t.scopes", "read"), "tallygate.tokens.t.sha256");
        assertRefused(Map.of("tallygate.tokens.t.sha256", "0".repeat(64)), "tallygate.tokens.t.scopes");
    }

    @Test
    void start_reachableByOthersWithoutTokens_isRefused() {
        assertRefused(Map.of("tallygate.host", "0.0.0.0"), "tallygate.host is '0.0.0.0'", "tallygate.tokens");
        assertRefused(Map.of("tallygate.host", "no-such-host.invalid"), "tallygate.host", "no-such-host.invalid");
    }

    @Test
    void start_onLoopbackWithoutTokens_isAllowed() {
        try (var server = new TestServer(Map.of("tallygate.host", "localhost"))) {
            assertThat(server.server.isRunning()).isTrue();
        }
    }

    @Test
    void start_reachableByOthersWithTokens_isAllowed() {
        var settings = new HashMap<>(token("t", "s", "read"));
        settings.put("tallygate.host", "0.0.0.0");
        try (var server = new TestServer(settings)) {
            assertThat(server.get(VALUE).status()).isEqualTo(401);
        }
    }

    private static void assertRefused(Map<String, Object> settings, String... said) {
        assertThatThrownBy(() -> new TestServer(settings).close())
                .satisfies(failure -> assertThat(messages(failure)).contains(said));
    }

    private static String messages(Throwable failure) {
        return failure.getCause() == null
                ? String.valueOf(failure.getMessage())
                : failure.getMessage() + "\n" + messages(failure.getCause());
    }
}
