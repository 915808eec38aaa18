package io.tallygate.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micronaut.context.ApplicationContext;
import io.micronaut.core.async.publisher.Publishers;
import io.micronaut.health.HealthStatus;
import io.micronaut.inject.qualifiers.Qualifiers;
import io.micronaut.management.health.indicator.HealthIndicator;
import io.micronaut.management.health.indicator.HealthResult;
import io.tallygate.kernel.Await;
import io.tallygate.kernel.HealthNotes;
import io.tallygate.ledger.OracleStore;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Health and metrics over HTTP of a process that serves gRPC alone. */
@Timeout(180)
final class OperationsPortTest {

    private static TestServer server(Map<String, Object> settings, Consumer<ApplicationContext> before) {
        var all = new HashMap<String, Object>(settings);
        all.putIfAbsent("tallygate.grpc.operations-port", "0");
        var server = new TestServer(all, new OracleStore(new OracleStore.Data()), before);
        // It is asked in the background, and on a busy machine not before the first request.
        Await.until("the store is known", () -> tellsOfTheStore(server));
        return server;
    }

    private static boolean tellsOfTheStore(TestServer server) {
        try {
            return get(server, "/health").body().contains("\"store\":");
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static HttpResponse<String> get(TestServer server, String path, String... headers) throws Exception {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:"
                + server.context.getBean(OperationsPort.class).port() + path));
        try (var client = HttpClient.newHttpClient()) {
            return client.send((headers.length == 0 ? request : request.headers(headers)).build(),
                    BodyHandlers.ofString());
        }
    }

    @Test
    void health_whileEverythingWorks_isUpWithTheDetailsOfOurs() throws Exception {
        try (var server = server(Map.of(), _ -> {})) {
            HttpResponse<String> health = get(server, "/health");
            assertThat(health.statusCode()).isEqualTo(200);
            assertThat(health.headers().firstValue("content-type")).hasValue("application/json");
            assertThat(health.body()).isEqualTo(
                    "{\"status\":\"UP\",\"details\":{\"store\":{\"answers\":true,\"takes_writes\":true}}}");
            assertThat(get(server, "/").statusCode()).isEqualTo(404);
            assertThat(get(server, "/healthcheck").statusCode()).isEqualTo(404);
        }
    }

    @Test
    void health_ofWhatIsDownOrToBeNoted_saysSo() throws Exception {
        HealthIndicator down = () -> Publishers
                .just(HealthResult.builder("disk", HealthStatus.DOWN).details(Map.of("free", 7)).build());
        HealthIndicator broken = () -> {
            throw new IllegalStateException("broken");
        };
        try (var server = server(Map.of(),
                context -> context.registerSingleton(HealthIndicator.class, down)
                        .registerSingleton(HealthNotes.class, () -> List.of("a \"file\" is wrong"),
                                Qualifiers.byName("files")))) {
            HttpResponse<String> health = get(server, "/health");
            assertThat(health.statusCode()).isEqualTo(503);
            assertThat(health.body()).startsWith("{\"status\":\"DOWN\",\"details\":{\"disk\":{\"free\":7},\"store\":")
                    .endsWith(",\"notes\":[\"a \\\"file\\\" is wrong\"]}");
        }
        try (var server = server(Map.of(), context -> context.registerSingleton(HealthIndicator.class, broken))) {
            assertThat(get(server, "/health").statusCode()).isEqualTo(503);
        }
    }

    @Test
    void metrics_ofAProgramThatHasSome_areInPrometheusFormat() throws Exception {
        try (var server = server(Map.of(), _ -> {})) {
            server.increment("a", 1);
            HttpResponse<String> metrics = get(server, "/metrics?x=1");
            assertThat(metrics.statusCode()).isEqualTo(200);
            assertThat(metrics.headers().firstValue("content-type"))
                    .hasValue("text/plain; version=0.0.4; charset=utf-8");
            assertThat(metrics.body()).contains(
                    "tallygate_grpc_calls_total{code=\"OK\",method=\"tallygate.counter.v1.CounterService/Increment\"} 1.0");
        }
    }

    @Test
    void metrics_ofAProgramThatHasNone_areNotThere() throws Exception {
        try (var server = server(Map.of("micronaut.metrics.enabled", "false"), _ -> {})) {
            assertThat(get(server, "/metrics").statusCode()).isEqualTo(404);
            assertThat(get(server, "/health").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void metrics_whereThereAreTokens_needOneThatMayRead_andHealthNeedsNone() throws Exception {
        String secret = HexFormat.of().formatHex(
                MessageDigest.getInstance("SHA-256").digest("secret".getBytes(StandardCharsets.UTF_8)));
        try (var server = server(
                Map.of("tallygate.tokens.reader.sha256", secret, "tallygate.tokens.reader.scopes", "read"), _ -> {})) {
            assertThat(get(server, "/metrics").statusCode()).isEqualTo(401);
            assertThat(get(server, "/metrics", "Authorization", "Bearer other").statusCode()).isEqualTo(401);
            assertThat(get(server, "/metrics", "Authorization", "Bearer secret").statusCode()).isEqualTo(200);
            assertThat(get(server, "/health").statusCode()).isEqualTo(200);
        }
        try (var server = server(
                Map.of("tallygate.tokens.writer.sha256", secret, "tallygate.tokens.writer.scopes", "write"), _ -> {})) {
            assertThat(get(server, "/metrics", "Authorization", "Bearer secret").statusCode()).isEqualTo(403);
        }
    }

    @Test
    void port_thatIsTaken_stopsTheStart() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(taken.getLocalPort());

            assertThatThrownBy(() -> server(Map.of("tallygate.grpc.operations-port", port), _ -> {}).close())
                    .hasStackTraceContaining("nothing can listen on port " + port)
                    .hasStackTraceContaining("tallygate.grpc.operations-port");
        }
    }
}
