package io.tallygate.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;

/** The HTTP API as a caller uses it. Safe for use by several threads. */
final class Api {

    static final String INCREMENT = "/api/v1/counter/increment";
    static final String BATCH_INCREMENT = "/api/v1/counter/batch-increment";
    static final String BATCH_GET = "/api/v1/counter/batch";
    static final String KEY_HEADER = "Idempotency-Key";

    /** Where a front says that its protocol cannot carry the request; the test that sent it is skipped then. */
    static final String INEXPRESSIBLE = "Tallygate-Inexpressible";

    private static final String TOKEN = "tallygate.contract.token";
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final HttpClient CLIENT = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5)).build();

    private final URI baseUrl;
    private final Optional<String> token;

    Api(URI baseUrl) {
        this(baseUrl, Settings.find(TOKEN));
    }

    private Api(URI baseUrl, Optional<String> token) {
        this.baseUrl = baseUrl;
        this.token = token;
    }

    /** The same API for a caller who shows this token. */
    Api as(String secret) {
        return new Api(baseUrl, Optional.of(secret));
    }

    Answer get(String path) {
        return send(request(path).GET());
    }

    /** Empty when nobody answers. */
    Optional<Answer> tryGet(String path) {
        try {
            return Optional.of(exchange(request(path).GET().timeout(Duration.ofSeconds(5)).build()));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    Answer delete(String path) {
        return send(request(path).DELETE());
    }

    Answer post(String path, Map<String, Object> body) {
        return post(path, Json.text(body));
    }

    Answer post(String path, String body, String... headers) {
        return post(path, body.getBytes(StandardCharsets.UTF_8), headers);
    }

    Answer post(String path, byte[] body, String... headers) {
        var request = request(path).header("Content-Type", "application/json").POST(BodyPublishers.ofByteArray(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return send(request);
    }

    /** Any method, any body, no header but those given. */
    Answer send(String method, String path, BodyPublisher body, String... headers) {
        var request = request(path).method(method, body);
        if (headers.length > 0) {
            request.headers(headers);
        }
        return send(request);
    }

    /** Adds to a counter and returns its value; anything but 200 fails. */
    long increment(Counter counter, long delta) {
        Answer answer = post(INCREMENT, Json.increment(counter, delta));
        assertThat(answer).isOk();
        return answer.json().path("value").longValue();
    }

    Answer incrementWithKey(Counter counter, long delta, String key) {
        return post(INCREMENT, Json.text(Json.increment(counter, delta)), KEY_HEADER, key);
    }

    Answer batchIncrement(List<? extends Map<String, Object>> operations) {
        return post(BATCH_INCREMENT, Json.batch(operations));
    }

    /** The counter's value, past every cache. */
    long value(Counter counter) {
        return valueFrom(counter, "?consistency=strong");
    }

    /** The counter's value as a caller gets it who does not ask for more. */
    long cachedValue(Counter counter) {
        return valueFrom(counter, "");
    }

    private long valueFrom(Counter counter, String query) {
        Answer answer = get(counter.path() + query);
        assertThat(answer).isOk();
        assertThat(answer.json().path("resource_id").textValue()).as("%s", answer).isEqualTo(counter.resourceId());
        assertThat(answer.json().path("counter_type").textValue()).as("%s", answer).isEqualTo(counter.counterType());
        assertThat(answer.json().path("value").isIntegralNumber()).as("an integer value in %s", answer).isTrue();
        return answer.json().path("value").longValue();
    }

    private HttpRequest.Builder request(String path) {
        var request = HttpRequest.newBuilder(baseUrl.resolve(path)).timeout(TIMEOUT);
        token.ifPresent(secret -> request.header("Authorization", "Bearer " + secret));
        return request;
    }

    private Answer send(HttpRequest.Builder builder) {
        HttpRequest request = builder.build();
        try {
            return exchange(request);
        } catch (IOException e) {
            throw new AssertionError(request.method() + " " + request.uri() + " got no answer: " + e, e);
        }
    }

    private static Answer exchange(HttpRequest request) throws IOException {
        try {
            HttpResponse<String> response = CLIENT.send(request, BodyHandlers.ofString(StandardCharsets.UTF_8));
            response.headers().firstValue(INEXPRESSIBLE)
                    .ifPresent(reason -> Assumptions.abort("over gRPC: " + reason));
            String line = request.method() + " " + request.uri().getRawPath();
            return new Answer(line, response.statusCode(), response.headers(), response.body());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
