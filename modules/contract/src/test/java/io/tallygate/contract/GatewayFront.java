package io.tallygate.contract;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What API Gateway's HTTP APIs and function URLs do before and after a function: makes an event of payload format 2.0
 * from a request, and an HTTP answer from what the function returns. Thread-safe.
 */
final class GatewayFront implements HttpListener.Handler {

    /** The largest request that API Gateway takes. */
    static final int BODY_BYTES_MAX = 10 << 20;

    private static final ObjectMapper JSON = new ObjectMapper();
    /** The front's own to say. */
    private static final Set<String> NOT_THE_FUNCTIONS = Set.of("content-length", "connection", "transfer-encoding");

    private final LambdaFunction function;

    GatewayFront(LambdaFunction function) {
        this.function = function;
    }

    @Override
    public HttpListener.Response answer(HttpListener.Request request) throws InterruptedException {
        ExecutionEnvironment.Outcome outcome = function.invoke(event(request));
        if (outcome.failed()) {
            System.out
                    .println(request.method() + " " + request.target() + ": the invocation failed: " + outcome.text());
            return new HttpListener.Response(500, Map.of("content-type", "application/json"),
                    "{\"message\":\"Internal Server Error\"}".getBytes(StandardCharsets.US_ASCII));
        }
        try {
            return response(JSON.readTree(outcome.payload()));
        } catch (IOException e) {
            throw new IllegalStateException("not an answer of payload format 2.0: " + outcome.text(), e);
        }
    }

    private static byte[] event(HttpListener.Request request) {
        int mark = request.target().indexOf('?');
        String path = mark < 0 ? request.target() : request.target().substring(0, mark);
        String query = mark < 0 ? "" : request.target().substring(mark + 1);
        var event = Json.object("version", "2.0", "routeKey", "$default", "rawPath", path, "rawQueryString", query,
                "headers", headers(request), "requestContext", context(request, path), "isBase64Encoded", false);
        if (!query.isEmpty()) {
            event.put("queryStringParameters", parameters(query));
        }
        if (request.body().length > 0) {
            putBody(event, request.body());
        }
        return Json.text(event).getBytes(StandardCharsets.UTF_8);
    }

    private static Map<String, String> headers(HttpListener.Request request) {
        var headers = new TreeMap<>(request.headers());
        if (headers.remove("transfer-encoding") != null) {
            headers.put("content-length", Integer.toString(request.body().length));
        }
        return headers;
    }

    private static Map<String, Object> context(HttpListener.Request request, String path) {
        return Json.object("accountId", "anonymous", "apiId", "api", "domainName", "localhost", "domainPrefix", "api",
                "http", Json.object("method", request.method(), "path", path, "protocol", "HTTP/1.1", "sourceIp",
                        "127.0.0.1", "userAgent", request.headers().getOrDefault("user-agent", "")),
                "requestId", "request", "routeKey", "$default", "stage", "$default", "time",
                "01/Jan/2026:00:00:00 +0000", "timeEpoch", System.currentTimeMillis());
    }

    /** Decoded, and one value a name. */
    private static Map<String, String> parameters(String query) {
        var parameters = new TreeMap<String, String>();
        for (String pair : query.split("&", -1)) {
            String[] parts = pair.split("=", 2);
            parameters.merge(decoded(parts[0]), decoded(parts.length > 1 ? parts[1] : ""),
                    (one, other) -> one + "," + other);
        }
        return parameters;
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    private static void putBody(Map<String, Object> event, byte[] body) {
        try {
            event.put("body", StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString());
        } catch (CharacterCodingException e) {
            event.put("body", Base64.getEncoder().encodeToString(body));
            event.put("isBase64Encoded", true);
        }
    }

    private static HttpListener.Response response(JsonNode answer) {
        var headers = new TreeMap<String, String>();
        answer.path("headers").properties().forEach(header -> {
            if (!NOT_THE_FUNCTIONS.contains(header.getKey().toLowerCase(Locale.ROOT))) {
                headers.put(header.getKey(), header.getValue().asText());
            }
        });
        String body = answer.path("body").asText("");
        return new HttpListener.Response(answer.path("statusCode").intValue(), headers,
                answer.path("isBase64Encoded").asBoolean()
                        ? Base64.getDecoder().decode(body)
                        : body.getBytes(StandardCharsets.UTF_8));
    }
}
