package io.tallygate.grpc.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import io.tallygate.kernel.Await;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Envoy's port for HTTP, as clients of its reference service use it. */
@Timeout(180)
final class EnvoyHttpTest {

    private static final String RULES = """
            domain: edge
            descriptors:
              - key: user
                rate_limit: {unit: week, requests_per_unit: 2}
            """;
    private static final String QUESTION = """
            {"domain":"edge","descriptors":[{"entries":[{"key":"user","value":"42"}]}]}""";

    private static LimitServer server(boolean anonymous) {
        Map<String, Object> settings = new HashMap<>(LimitServer.tokens("read", "write"));
        settings.put("tallygate.ratelimit.envoy.ports", "0,0");
        settings.put("tallygate.ratelimit.envoy.anonymous", Boolean.toString(anonymous));
        var server = new LimitServer(settings);
        server.rules("edge", RULES);
        return server;
    }

    private static HttpResponse<String> ask(LimitServer server, String method, String target, String body,
            String... headers) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.bean(EnvoyPort.class).httpPort()
                + target)).version(HttpClient.Version.HTTP_1_1).method(method, BodyPublishers.ofString(body));
        try (var client = HttpClient.newHttpClient()) {
            return client.send((headers.length == 0 ? request : request.headers(headers)).build(),
                    BodyHandlers.ofString());
        }
    }

    @Test
    void json_isAnsweredAsTheReferenceServiceAnswersIt() throws Exception {
        try (var server = server(true)) {
            HttpResponse<String> first = ask(server, "POST", "/json", QUESTION);
            assertThat(first.statusCode()).isEqualTo(200);
            assertThat(first.headers().firstValue("content-type")).hasValue("application/json");
            assertThat(first.body())
                    .matches("\\{\"overallCode\":\"OK\",\"statuses\":\\[\\{\"code\":\"OK\",\"currentLimit\":"
                            + "\\{\"requestsPerUnit\":2,\"unit\":\"WEEK\"},\"limitRemaining\":1,\"durationUntilReset\":\"\\d+s\"}]}");
            assertThat(ask(server, "POST", "/json?x", QUESTION).statusCode()).isEqualTo(200);
            HttpResponse<String> over = ask(server, "POST", "/json", QUESTION);
            assertThat(over.statusCode()).isEqualTo(429);
            assertThat(over.body())
                    .startsWith("{\"overallCode\":\"OVER_LIMIT\",\"statuses\":[{\"code\":\"OVER_LIMIT\"");
        }
    }

    @Test
    void json_knowsWhatIsYoungerThanTheStubs() throws Exception {
        try (var server = server(true)) {
            for (int i = 0; i < 3; i++) {
                ask(server, "POST", "/json", QUESTION);
            }
            assertThat(ask(server, "POST", "/json", QUESTION.replace("\"entries\"",
                    "\"isNegativeHits\":true,\"hitsAddend\":\"3\",\"entries\"")).statusCode()).isEqualTo(200);
            assertThat(ask(server, "POST", "/json", QUESTION).body()).contains("\"limitRemaining\":1");
            assertThat(ask(server, "POST", "/json", QUESTION.replace("\"entries\"",
                    "\"limit\":{\"requests_per_unit\":7,\"unit\":\"WEEK\"},\"entries\"")).body())
                    .contains("\"requestsPerUnit\":7,\"unit\":\"WEEK\"", "\"limitRemaining\":6");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[]", "{\"domain\":\"\"}", "{\"domain\":\"edge\"}", "{\"domain\":1}",
            "{\"unknown\":1}"})
    void json_thatIsNoQuestion_isABadRequest(String body) throws Exception {
        try (var server = server(true)) {
            HttpResponse<String> refused = ask(server, "POST", "/json", body);
            assertThat(refused.statusCode()).isEqualTo(400);
            assertThat(refused.body()).isEqualTo("Bad Request\n");
        }
    }

    @Test
    void healthcheck_saysWhetherTheServerIsReady_andNothingElseIsThere() throws Exception {
        try (var server = server(false)) {
            Await.until("it is ready", () -> status(server, "/healthcheck") == 200);
            assertThat(ask(server, "GET", "/healthcheck", "").body()).isEqualTo("OK");
            assertThat(status(server, "/")).isEqualTo(404);
            assertThat(status(server, "/api/v1/ratelimit/rules")).isEqualTo(404);
            assertThat(status(server, "/metrics")).isEqualTo(404);
        }
    }

    @Test
    void json_ofAPortThatIsNotForAnyone_needsATokenThatMayWrite() throws Exception {
        try (var server = server(false)) {
            assertThat(ask(server, "POST", "/json", QUESTION).statusCode()).isEqualTo(401);
            assertThat(ask(server, "POST", "/json", QUESTION, "Authorization", "Bearer read-secret").statusCode())
                    .isEqualTo(403);
            assertThat(ask(server, "POST", "/json", QUESTION, "Authorization", "Bearer write-secret").statusCode())
                    .isEqualTo(200);
            assertThat(ask(server, "POST", "/json", QUESTION.replace("edge", "tallygate"), "Authorization",
                    "Bearer write-secret").statusCode()).as("the limits of the API itself").isEqualTo(400);
        }
    }

    private static int status(LimitServer server, String target) {
        try {
            return ask(server, "GET", target, "").statusCode();
        } catch (IOException e) {
            return 0;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
