package io.tallygate.contract;

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
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;

/** Requests to a deployment, of whichever domain. Safe for use by several threads. */
final class Api {

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
