package io.tallygate.contract;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.Timestamp;
import io.tallygate.contract.GrpcRoute.Inexpressible;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** From JSON to fields of messages and back; what has no place in a message is {@link Inexpressible}. */
final class GrpcFields {

    private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS,
            DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY, DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

    private GrpcFields() {}

    static JsonNode body(byte[] body) {
        try {
            return object(JSON.readTree(body), "the body");
        } catch (JsonProcessingException e) {
            throw new Inexpressible("the body is not JSON");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static JsonNode object(JsonNode node, String what) {
        if (!node.isObject()) {
            throw new Inexpressible(what + " is no message");
        }
        return node;
    }

    /** Absent, a list has no elements. */
    static JsonNode list(JsonNode object, String field) {
        JsonNode value = object.path(field);
        if (!value.isMissingNode() && !value.isArray()) {
            throw new Inexpressible(field + " is no list");
        }
        return value;
    }

    static void text(JsonNode object, String field, Consumer<String> setter) {
        JsonNode value = object.get(field);
        if (value == null) {
            return;
        }
        if (!value.isTextual() || !StandardCharsets.UTF_8.newEncoder().canEncode(value.textValue())) {
            throw new Inexpressible(Json.text(field) + " is no string");
        }
        setter.accept(value.textValue());
    }

    static void bool(JsonNode object, String field, Consumer<Boolean> setter) {
        JsonNode value = object.get(field);
        if (value != null && !value.isBoolean()) {
            throw new Inexpressible(value + " is no bool");
        }
        if (value != null) {
            setter.accept(value.booleanValue());
        }
    }

    /** Refuses what a message has no field for. */
    static void requireMembers(JsonNode object, Set<String> known) {
        object.fieldNames().forEachRemaining(name -> {
            if (!known.contains(name)) {
                throw new Inexpressible("there is no field " + Json.text(name));
            }
        });
    }

    /** A number as it is written, with all its digits. */
    static void decimal(JsonNode object, String field, Consumer<String> setter) {
        JsonNode value = object.get(field);
        if (value != null && !value.isNumber()) {
            throw new Inexpressible(value + " is no number");
        }
        if (value != null) {
            setter.accept(value.isIntegralNumber() ? value.asText() : value.decimalValue().toPlainString());
        }
    }

    static Timestamp timestamp(String text) {
        try {
            Instant instant = OffsetDateTime.parse(text).toInstant();
            return Timestamp.newBuilder().setSeconds(instant.getEpochSecond()).setNanos(instant.getNano()).build();
        } catch (DateTimeException e) {
            throw new Inexpressible("'" + text + "' is no time");
        }
    }

    static int int32(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new Inexpressible("'" + text + "' is no int32");
        }
    }

    static String time(Timestamp time) {
        return Instant.ofEpochSecond(time.getSeconds(), time.getNanos()).toString();
    }

    static HttpListener.Response json(int status, Map<String, Object> body) {
        return new HttpListener.Response(status, Map.of("content-type", "application/json"),
                Json.text(body).getBytes(StandardCharsets.UTF_8));
    }
}
