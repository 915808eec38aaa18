package io.tallygate.functions.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.context.ApplicationContext;
import io.tallygate.functions.runtime.TestStore;
import io.tallygate.kernel.Sha256;
import io.tallygate.ratelimit.RateLimitStore;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The guard in functions: the addresses are those that events tell. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FunctionLimitsTest {

    private static final String RULES = """
            domain: tallygate
            descriptors:
              - key: remote_address
                rate_limit: {name: per-address, unit: year, requests_per_unit: 3}
            """;
    private static final String BATCH = """
            {"operations":[{"resource_id":"a","counter_type":"likes"},{"resource_id":"b","counter_type":"likes"}]}""";

    private final TestStore store = new TestStore();

    @AfterAll
    void stop() {
        store.close();
    }

    private ApplicationContext start(Path directory, String... more) throws IOException {
        Path rules = Files.writeString(directory.resolve("rules.yaml"), RULES);
        String[] all = List.of("TALLYGATE_ACCESS", "gateway", "TALLYGATE_RATELIMIT_RULES", rules.toString(),
                "TALLYGATE_RATELIMIT_TIMEOUT", "10s").toArray(new String[6 + more.length]);
        System.arraycopy(more, 0, all, 6, more.length);
        return store.start(all);
    }

    private static HttpEvent event(String path, String body, String sourceIp) {
        return new HttpEvent(Front.FUNCTION_URL, "POST", path, "",
                Map.of("content-type", List.of("application/json")), body, false, sourceIp);
    }

    private static void limitsByAddress(ApplicationContext context) {
        var handler = new GatewayHandler(context);
        HttpAnswer batch = handler.answer(event("/api/v1/counter/batch-increment", BATCH, "192.0.2.7"));
        assertThat(batch.status()).isEqualTo(200);
        assertThat(batch.headers().get("RateLimit-Policy")).containsExactly("\"per-address\";q=3;w=31536000");
        assertThat(batch.headers().getOrDefault("RateLimit", List.of("")).getFirst())
                .startsWith("\"per-address\";r=1;t=");
        HttpAnswer refused = handler.answer(event("/api/v1/counter/batch-increment", BATCH, "192.0.2.7"));
        assertThat(refused.status()).isEqualTo(429);
        assertThat(new String(refused.body(), StandardCharsets.UTF_8)).contains("urn:tallygate:problem:rate-limited");
        assertThat(refused.headers()).containsKey("Retry-After");
        assertThat(handler.answer(event("/api/v1/counter/batch-increment", BATCH, "192.0.2.8")).status())
                .isEqualTo(200);
    }

    @Test
    void addresses_onRedis_areLimitedTogetherByAllEnvironments(@TempDir Path directory) throws IOException {
        try (ApplicationContext one = start(directory); ApplicationContext other = start(directory)) {
            limitsByAddress(one);
            String increment = "{\"resource_id\":\"a\",\"counter_type\":\"likes\"}";
            var handler = new GatewayHandler(other);
            assertThat(handler.answer(event("/api/v1/counter/increment", increment, "192.0.2.7")).status())
                    .isEqualTo(429);
        }
    }

    @Test
    void addresses_withoutASharedStore_areLimitedByTheEnvironmentAlone(@TempDir Path directory) throws IOException {
        try (ApplicationContext context = start(directory, "TALLYGATE_RATELIMIT_STORE", "memory")) {
            assertThat(context.getBeansOfType(RateLimitStore.class)).hasSize(1);
            limitsByAddress(context);
        }
    }

    @Test
    void callers_withoutAValidToken_areToldOfTheirAddress(@TempDir Path directory) throws IOException {
        Path rules = Files.writeString(directory.resolve("rules.yaml"), RULES);
        String digest = Sha256.hex("secret".getBytes(StandardCharsets.UTF_8));
        try (ApplicationContext context = store.start("TALLYGATE_TOKENS_SHOP_SHA256", digest,
                "TALLYGATE_TOKENS_SHOP_SCOPES", "write", "TALLYGATE_RATELIMIT_RULES", rules.toString(),
                "TALLYGATE_RATELIMIT_STORE", "memory")) {
            HttpAnswer answer = new GatewayHandler(context)
                    .answer(event("/api/v1/counter/batch-increment", BATCH, "192.0.2.9"));
            assertThat(answer.status()).isEqualTo(401);
            assertThat(answer.headers().get("RateLimit-Policy")).containsExactly("\"per-address\";q=3;w=31536000");
        }
    }

    @Test
    void rules_thatChange_areInEffectForLaterInvocations(@TempDir Path directory) throws IOException {
        try (ApplicationContext context = start(directory, "TALLYGATE_RATELIMIT_STORE", "memory")) {
            var function = new HttpFunction(context);
            assertThat(answer(function)).contains("per-address");
            Files.writeString(directory.resolve("rules.yaml"), RULES.replace("per-address", "renamed"));
            for (int i = 0; i < 120 && !answer(function).contains("renamed"); i++) {
                LockSupport.parkNanos(500_000_000);
            }
            assertThat(answer(function)).contains("renamed");
        }
    }

    @SuppressWarnings("NullAway") // The function does not look at its context.
    private static String answer(HttpFunction function) throws IOException {
        var out = new ByteArrayOutputStream();
        function.handleRequest(new ByteArrayInputStream("""
                {"version":"2.0","rawPath":"/api/v1/counter/a/likes","headers":{},"requestContext":
                 {"domainName":"id.lambda-url.eu-central-1.on.aws","http":{"method":"GET","sourceIp":"192.0.2.77"}}}"""
                .getBytes(StandardCharsets.UTF_8)), out, null);
        return out.toString(StandardCharsets.UTF_8);
    }
}
