package io.tallygate.contract;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What stands in front of a function at AWS: makes an event from a request, and an HTTP answer from what the function
 * returns. Which of them decodes what, and what they add, is as captured from real ones. Thread-safe.
 */
final class GatewayFront implements HttpListener.Handler {

    /** The kinds there are. */
    enum Kind {
        FUNCTION_URL,
        HTTP_API,
        HTTP_API_PAYLOAD_1,
        REST_API,
        LOAD_BALANCER,
        LOAD_BALANCER_MULTI_VALUE;

        boolean isHttpApi() {
            return this == HTTP_API || this == HTTP_API_PAYLOAD_1;
        }

        boolean isLoadBalancer() {
            return this == LOAD_BALANCER || this == LOAD_BALANCER_MULTI_VALUE;
        }

        private boolean hasPayload2() {
            return this == FUNCTION_URL || this == HTTP_API;
        }
    }

    /** The largest request that API Gateway takes. */
    static final int BODY_BYTES_MAX = 10 << 20;

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String UNNAMED_STAGE = "$default";
    /** The front's own to say. */
    private static final Set<String> NOT_THE_FUNCTIONS = Set.of("content-length", "connection", "transfer-encoding");

    private final Kind kind;
    private final String stage;
    private final LambdaFunction function;

    /** A function URL. */
    GatewayFront(LambdaFunction function) {
        this(Kind.FUNCTION_URL, UNNAMED_STAGE, function);
    }

    /** @param stage of an API; a named one stands in front of the path that is asked for */
    GatewayFront(Kind kind, String stage, LambdaFunction function) {
        this.kind = kind;
        this.stage = stage;
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
            throw new IllegalStateException("not an answer for " + kind + ": " + outcome.text(), e);
        }
    }

    private byte[] event(HttpListener.Request request) {
        int mark = request.target().indexOf('?');
        String path = mark < 0 ? request.target() : request.target().substring(0, mark);
        String query = mark < 0 ? "" : request.target().substring(mark + 1);
        var event = kind.hasPayload2() ? payload2(request, path, query) : payload1(request, path, query);
        event.put("isBase64Encoded", false);
        if (request.body().length > 0) {
            putBody(event, request.body());
        }
        return Json.text(event).getBytes(StandardCharsets.UTF_8);
    }

    private Map<String, Object> payload2(HttpListener.Request request, String path, String query) {
        var parameters = new LinkedHashMap<String, String>();
        parameters(query, true).forEach((name, values) -> parameters.put(name, String.join(",", values)));
        var headers = new TreeMap<String, String>();
        headers(request).forEach((name, values) -> headers.put(name, String.join(",", values)));
        boolean isUrl = kind == Kind.FUNCTION_URL;
        String domain = isUrl
                ? "api.lambda-url.eu-central-1.on.aws"
                : "api.execute-api.eu-central-1.amazonaws.com";
        var event = Json.object("version", "2.0", "routeKey", "$default", "rawPath", isUrl ? path : decodedPath(path),
                "rawQueryString", query, "headers", headers, "requestContext",
                Json.object("accountId", "anonymous", "apiId", "api", "domainName", domain, "domainPrefix", "api",
                        "http", Json.object("method", request.method(), "path", decodedPath(path), "protocol",
                                "HTTP/1.1", "sourceIp", "127.0.0.1", "userAgent",
                                request.headers().getOrDefault("user-agent", "")),
                        "requestId", "request", "routeKey", "$default", "stage", stage, "time",
                        "01/Jan/2026:00:00:00 +0000", "timeEpoch", System.currentTimeMillis()));
        if (!parameters.isEmpty()) {
            event.put("queryStringParameters", parameters);
        }
        return event;
    }

    private Map<String, Object> payload1(HttpListener.Request request, String path, String query) {
        var event = new LinkedHashMap<String, Object>();
        if (kind == Kind.HTTP_API_PAYLOAD_1) {
            event.put("version", "1.0");
        }
        event.put("httpMethod", request.method());
        event.put("path", kind.isHttpApi() ? decodedPath(path) : withoutStage(path));
        var headers = headers(request);
        var parameters = parameters(query, !kind.isLoadBalancer());
        if (kind != Kind.LOAD_BALANCER_MULTI_VALUE) {
            event.put("headers", lastOfEach(headers));
            event.put("queryStringParameters", lastOfEach(parameters));
        }
        if (kind != Kind.LOAD_BALANCER) {
            event.put("multiValueHeaders", headers);
            event.put("multiValueQueryStringParameters", parameters);
        }
        event.put("requestContext", kind.isLoadBalancer()
                ? Json.object("elb",
                        Json.object("targetGroupArn", "arn:aws:elasticloadbalancing:eu-central-1:000000000000:"
                                + "targetgroup/counts/1"))
                : Json.object("apiId", "api", "domainName", "api.execute-api.eu-central-1.amazonaws.com", "httpMethod",
                        request.method(), "path", path, "stage", stage, "identity",
                        Json.object("sourceIp", "127.0.0.1")));
        return event;
    }

    /** An HTTP API ends it at a question mark that was encoded. */
    private String decodedPath(String path) {
        String decoded;
        try {
            decoded = URLDecoder.decode(path.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            // What AWS's own fronts make of it is not known; what the function makes of it as it is, is.
            return path;
        }
        int mark = decoded.indexOf('?');
        return mark < 0 || !kind.isHttpApi() ? decoded : decoded.substring(0, mark);
    }

    private String withoutStage(String path) {
        return path.startsWith("/" + stage + "/") ? path.substring(1 + stage.length()) : path;
    }

    private static Map<String, List<String>> headers(HttpListener.Request request) {
        var headers = new TreeMap<String, List<String>>();
        request.headers().forEach((name, value) -> headers.put(name, List.of(
                new String(value.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8))));
        if (headers.remove("transfer-encoding") != null) {
            headers.put("content-length", List.of(Integer.toString(request.body().length)));
        }
        return headers;
    }

    private static Map<String, List<String>> parameters(String query, boolean isDecoded) {
        var parameters = new LinkedHashMap<String, List<String>>();
        for (String pair : query.isEmpty() ? new String[0] : query.split("&", -1)) {
            String[] parts = pair.split("=", 2);
            String value = parts.length > 1 ? parts[1] : "";
            parameters.computeIfAbsent(isDecoded ? decoded(parts[0]) : parts[0], name -> new ArrayList<>())
                    .add(isDecoded ? decoded(value) : value);
        }
        return parameters;
    }

    private static Map<String, String> lastOfEach(Map<String, List<String>> values) {
        var last = new LinkedHashMap<String, String>();
        values.forEach((name, all) -> last.put(name, all.getLast()));
        return last;
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

    /** A load balancer that does not understand an answer says 502. */
    private HttpListener.Response response(JsonNode answer) throws IOException {
        int status = answer.path("statusCode").intValue();
        if (kind.isLoadBalancer() && !answer.path("statusDescription").asText().startsWith(status + " ")) {
            throw new IOException("it lacks a statusDescription");
        }
        boolean isMultiValue = kind == Kind.LOAD_BALANCER_MULTI_VALUE
                || (!kind.isLoadBalancer() && !kind.hasPayload2() && answer.has("multiValueHeaders"));
        var headers = new TreeMap<String, String>();
        answer.path(isMultiValue ? "multiValueHeaders" : "headers").properties().forEach(header -> {
            if (!NOT_THE_FUNCTIONS.contains(header.getKey().toLowerCase(Locale.ROOT))) {
                headers.put(header.getKey(), isMultiValue
                        ? joined(header.getValue())
                        : header.getValue().textValue());
            }
        });
        String body = answer.path("body").asText("");
        return new HttpListener.Response(status, headers, answer.path("isBase64Encoded").asBoolean()
                ? Base64.getDecoder().decode(body)
                : body.getBytes(StandardCharsets.UTF_8));
    }

    private static String joined(JsonNode values) {
        var all = new ArrayList<String>();
        values.forEach(value -> all.add(value.textValue()));
        return String.join(", ", all);
    }
}
