package io.tallygate.functions.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpStatus;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The events of all fronts, and the answers that each wants, as streams of JSON. Lambda's own mapping to objects would
 * do, but it looks at every class by reflection first, with 600 classes of its own, while the first caller waits.
 */
final class GatewayEvents {

    private static final JsonFactory JSON = new JsonFactory();

    private final GatewayPaths paths;

    GatewayEvents(GatewayPaths paths) {
        this.paths = paths;
    }

    /**
     * Reads what the API looks at.
     *
     * @throws IOException when it is an event of none of the fronts
     */
    HttpEvent read(InputStream json) throws IOException {
        var members = new Members();
        try (JsonParser in = JSON.createParser(json)) {
            require(in.nextToken() == JsonToken.START_OBJECT);
            for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
                if (in.nextToken() != JsonToken.VALUE_NULL) {
                    members.read(name, in);
                }
            }
        }
        return members.event(paths);
    }

    private static void require(boolean holds) throws IOException {
        if (!holds) {
            throw new IOException("the event is not one of a function URL, of an API with payload format 1.0 or 2.0,"
                    + " or of an Application Load Balancer");
        }
    }

    /** Writes what the front understands. */
    static void write(OutputStream json, Front front, HttpAnswer answer) throws IOException {
        try (JsonGenerator out = JSON.createGenerator(json)) {
            out.writeStartObject();
            out.writeNumberField("statusCode", answer.status());
            if (front.isLoadBalancer()) {
                out.writeStringField("statusDescription",
                        answer.status() + " " + HttpStatus.getDefaultReason(answer.status()));
            }
            writeHeaders(out, front, answer.headers());
            writeBody(out, answer);
            out.writeEndObject();
        }
    }

    private static void writeHeaders(JsonGenerator out, Front front, Map<String, List<String>> headers)
            throws IOException {
        out.writeObjectFieldStart(front.takesMultiValueHeaders() ? "multiValueHeaders" : "headers");
        for (Map.Entry<String, List<String>> header : headers.entrySet()) {
            if (front.takesMultiValueHeaders()) {
                out.writeArrayFieldStart(header.getKey());
                for (String value : header.getValue()) {
                    out.writeString(value);
                }
                out.writeEndArray();
            } else {
                out.writeStringField(header.getKey(), String.join(", ", header.getValue()));
            }
        }
        out.writeEndObject();
    }

    private static void writeBody(JsonGenerator out, HttpAnswer answer) throws IOException {
        String text = answer.headers().containsKey(HttpHeaders.CONTENT_ENCODING) ? null : text(answer.body());
        out.writeStringField("body", text == null ? Base64.getEncoder().encodeToString(answer.body()) : text);
        out.writeBooleanField("isBase64Encoded", text == null);
    }

    private static @Nullable String text(byte[] body) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }

    /** What was read of an event so far; its members come in any order. */
    private static final class Members {

        private static final String FUNCTION_URL_DOMAIN = ".lambda-url.";
        private static final String PAYLOAD_1 = "1.0";
        private static final String SOURCE_IP = "sourceIp";
        private static final String FORWARDED_FOR = "x-forwarded-for";
        private static final String REPLACEMENT = "\ufffd";
        private static final String NOT_UTF8 = "\u00ff";

        private final Map<String, String> texts = new LinkedHashMap<>();
        private Map<String, List<String>> headers = Map.of();
        private Map<String, List<String>> multiValueHeaders = Map.of();
        private Map<String, List<String>> parameters = Map.of();
        private Map<String, List<String>> multiValueParameters = Map.of();
        private boolean isBase64;
        private boolean isOfLoadBalancer;
        private boolean isMultiValue;

        void read(String name, JsonParser in) throws IOException {
            switch (name) {
                case "version", "rawPath", "rawQueryString", "path", "httpMethod", "body" -> texts.put(name,
                        in.getText());
                case "headers" -> headers = readValues(in);
                case "multiValueHeaders" -> {
                    multiValueHeaders = readValues(in);
                    isMultiValue = true;
                }
                case "queryStringParameters" -> parameters = readValues(in);
                case "multiValueQueryStringParameters" -> multiValueParameters = readValues(in);
                case "requestContext" -> readContext(in);
                case "isBase64Encoded" -> isBase64 = in.getBooleanValue();
                default -> in.skipChildren();
            }
        }

        private void readContext(JsonParser in) throws IOException {
            require(in.currentToken() == JsonToken.START_OBJECT);
            for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
                JsonToken token = in.nextToken();
                if (token == JsonToken.VALUE_STRING && (name.equals("domainName") || name.equals("stage"))) {
                    texts.put(name, in.getText());
                } else if (token == JsonToken.START_OBJECT && (name.equals("http") || name.equals("identity"))) {
                    readCaller(name, in);
                } else {
                    isOfLoadBalancer |= name.equals("elb");
                    in.skipChildren();
                }
            }
        }

        /** What it asks for, and where it comes from; clients' certificates stand there, too. */
        private void readCaller(String context, JsonParser in) throws IOException {
            for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
                JsonToken token = in.nextToken();
                if (token == JsonToken.VALUE_STRING && name.equals(SOURCE_IP)) {
                    texts.put(SOURCE_IP, in.getText());
                } else if (token == JsonToken.VALUE_STRING && name.equals("method")) {
                    texts.put(context + ".method", in.getText());
                } else {
                    in.skipChildren();
                }
            }
        }

        /** Texts, and lists of texts, by name. */
        private static Map<String, List<String>> readValues(JsonParser in) throws IOException {
            require(in.currentToken() == JsonToken.START_OBJECT);
            var values = new LinkedHashMap<String, List<String>>();
            for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
                JsonToken token = in.nextToken();
                if (token == JsonToken.START_ARRAY) {
                    var list = new ArrayList<String>();
                    while (in.nextToken() != JsonToken.END_ARRAY) {
                        list.add(in.getText());
                    }
                    values.put(name, list);
                } else if (token != JsonToken.VALUE_NULL) {
                    require(token.isScalarValue());
                    values.put(name, List.of(in.getText()));
                }
            }
            return values;
        }

        HttpEvent event(GatewayPaths paths) throws IOException {
            Front front = front();
            boolean isPayload2 = front == Front.FUNCTION_URL || front == Front.HTTP_API;
            String method = text(isPayload2 ? "http.method" : "httpMethod");
            String path = paths.ofApi(front, text(isPayload2 ? "rawPath" : "path"), text("stage"));
            require(!method.isEmpty());
            return new HttpEvent(front, method, path, isPayload2
                    ? GatewayPaths.encodedQuery(text("rawQueryString"))
                    : query(front), headers(), text("body"), isBase64, sourceIp(front));
        }

        /** A load balancer tells it by what it adds to the addresses that proxies told it. */
        private String sourceIp(Front front) {
            List<String> forwarded = front.isLoadBalancer()
                    ? headers().getOrDefault(FORWARDED_FOR, List.of())
                    : List.of();
            return forwarded.isEmpty()
                    ? text(SOURCE_IP)
                    : withoutPort(forwarded.getLast().substring(forwarded.getLast().lastIndexOf(',') + 1).strip());
        }

        /** Load balancers add the client's port where they are told to: {@code 192.0.2.1:443}, {@code [2001:db8::1]:443}. */
        private static String withoutPort(String address) {
            int colon = address.indexOf(':');
            if (address.startsWith("[")) {
                return address.substring(1, Math.max(1, address.indexOf(']')));
            }
            return colon >= 0 && colon == address.lastIndexOf(':') ? address.substring(0, colon) : address;
        }

        private Front front() throws IOException {
            if (texts.containsKey("rawPath")) {
                return text("domainName").contains(FUNCTION_URL_DOMAIN) ? Front.FUNCTION_URL : Front.HTTP_API;
            }
            require(texts.containsKey("path"));
            if (isOfLoadBalancer) {
                return isMultiValue ? Front.LOAD_BALANCER_MULTI_VALUE : Front.LOAD_BALANCER;
            }
            return text("version").equals(PAYLOAD_1) ? Front.HTTP_API_PAYLOAD_1 : Front.REST_API;
        }

        private String text(String name) {
            return texts.getOrDefault(name, "");
        }

        /** A load balancer leaves parameters as they were sent, an API decodes them. */
        private String query(Front front) {
            Map<String, List<String>> all = multiValueParameters.isEmpty() ? parameters : multiValueParameters;
            return all.entrySet().stream().flatMap(parameter -> parameter.getValue().stream()
                    .map(value -> front.isLoadBalancer()
                            ? GatewayPaths.encodedQuery(parameter.getKey() + '=' + value)
                            : GatewayPaths.encodedParameter(parameter.getKey()) + '='
                                    + GatewayPaths.encodedParameter(value)))
                    .collect(Collectors.joining("&"));
        }

        private Map<String, List<String>> headers() {
            var bytes = new LinkedHashMap<String, List<String>>();
            (multiValueHeaders.isEmpty() ? headers : multiValueHeaders).forEach((name, values) -> bytes
                    .computeIfAbsent(name.toLowerCase(Locale.ROOT), lowered -> new ArrayList<>())
                    .addAll(values.stream().map(Members::bytes).toList()));
            return bytes;
        }

        /**
         * Fronts decode a header's bytes as UTF-8. They put U+FFFD for what is none, so that two values could look the
         * same: it becomes a byte that is not UTF-8 either.
         */
        private static String bytes(String value) {
            if (value.chars().allMatch(c -> c < 0x80)) {
                return value;
            }
            return Arrays.stream(value.split(REPLACEMENT, -1))
                    .map(part -> new String(part.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1))
                    .collect(Collectors.joining(NOT_UTF8));
        }
    }
}
