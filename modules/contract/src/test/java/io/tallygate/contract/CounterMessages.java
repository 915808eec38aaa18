package io.tallygate.contract;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tallygate.contract.GrpcFront.Inexpressible;
import io.tallygate.counter.v1.BatchGetRequest;
import io.tallygate.counter.v1.BatchIncrementRequest;
import io.tallygate.counter.v1.Consistency;
import io.tallygate.counter.v1.CounterKey;
import io.tallygate.counter.v1.GetRequest;
import io.tallygate.counter.v1.IncrementRequest;
import io.tallygate.counter.v1.Operation;
import io.tallygate.counter.v1.ResetRequest;
import io.tallygate.counter.v1.TopRequest;
import io.tallygate.counter.v1.Window;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** What the suite asks, as messages. */
final class GrpcRequests {

    private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    private static final String KEY = Api.KEY_HEADER.toLowerCase(Locale.ROOT);
    /** What an enumeration holds when it holds none of its values. */
    private static final int UNKNOWN = 99;

    static final Map<String, Window> WINDOWS = Map.of("all", Window.WINDOW_ALL, "1m", Window.WINDOW_MINUTE, "1h",
            Window.WINDOW_HOUR, "24h", Window.WINDOW_DAY);

    private GrpcRequests() {}

    static JsonNode json(byte[] body) {
        try {
            return object(JSON.readTree(body), "the body");
        } catch (JsonProcessingException e) {
            throw new Inexpressible("the body is not JSON");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static IncrementRequest increment(JsonNode body, Map<String, String> headers) {
        var operation = operation(body);
        text(body, "request_id", operation::setRequestId);
        key(headers).ifPresent(operation::setRequestId);
        var request = IncrementRequest.newBuilder().setOperation(operation);
        async(body, request::setAsync);
        return request.build();
    }

    static BatchIncrementRequest batchIncrement(JsonNode body, Map<String, String> headers) {
        var request = BatchIncrementRequest.newBuilder();
        for (JsonNode item : array(body, "operations")) {
            var operation = operation(object(item, "an operation"));
            text(item, "request_id", operation::setRequestId);
            request.addOperations(operation);
        }
        async(body, request::setAsync);
        text(body, "request_id", request::setRequestId);
        key(headers).ifPresent(request::setRequestId);
        return request.build();
    }

    static BatchGetRequest batchGet(JsonNode body) {
        var request = BatchGetRequest.newBuilder();
        for (JsonNode query : array(body, "queries")) {
            request.addCounters(counter(object(query, "a query")));
        }
        return request.build();
    }

    static GetRequest get(GrpcTarget target) {
        var request = GetRequest.newBuilder().setCounter(counter(target));
        target.parameter("consistency").ifPresent(text -> request.setConsistencyValue(
                text.equals("strong") ? Consistency.CONSISTENCY_STRONG_VALUE : UNKNOWN));
        return request.build();
    }

    static ResetRequest reset(GrpcTarget target) {
        return ResetRequest.newBuilder().setCounter(counter(target)).build();
    }

    static TopRequest top(GrpcTarget target) {
        var request = TopRequest.newBuilder().setCounterType(target.names().getFirst());
        target.parameter("window").ifPresent(text -> {
            Window window = WINDOWS.get(text);
            request.setWindowValue(window == null ? UNKNOWN : window.getNumber());
        });
        target.parameter("limit").ifPresent(text -> request.setLimit(limit(text)));
        return request.build();
    }

    private static int limit(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new Inexpressible("'" + text + "' is no int32");
        }
    }

    private static CounterKey.Builder counter(GrpcTarget target) {
        return CounterKey.newBuilder().setResourceId(target.names().get(0)).setCounterType(target.names().get(1));
    }

    private static CounterKey.Builder counter(JsonNode object) {
        var counter = CounterKey.newBuilder();
        text(object, "resource_id", counter::setResourceId);
        text(object, "counter_type", counter::setCounterType);
        return counter;
    }

    /** In HTTP, {@code increment} is another name of {@code delta}. */
    private static Operation.Builder operation(JsonNode object) {
        var operation = Operation.newBuilder().setCounter(counter(object));
        JsonNode delta = object.has("delta") ? object.get("delta") : object.get("increment");
        if (delta == null) {
            return operation;
        }
        if (!delta.isIntegralNumber() || !delta.canConvertToLong()) {
            throw new Inexpressible(delta + " is no int64");
        }
        return operation.setDelta(delta.longValue());
    }

    private static Optional<String> key(Map<String, String> headers) {
        return Optional.ofNullable(headers.get(KEY));
    }

    private static void async(JsonNode object, Consumer<Boolean> setter) {
        JsonNode value = object.get("async");
        if (value != null && !value.isBoolean()) {
            throw new Inexpressible(value + " is no bool");
        }
        if (value != null) {
            setter.accept(value.booleanValue());
        }
    }

    private static void text(JsonNode object, String field, Consumer<String> setter) {
        JsonNode value = object.get(field);
        if (value == null) {
            return;
        }
        if (!value.isTextual() || !StandardCharsets.UTF_8.newEncoder().canEncode(value.textValue())) {
            throw new Inexpressible(Json.text(field) + " is no string");
        }
        setter.accept(value.textValue());
    }

    /** Absent, a list has no elements. */
    private static JsonNode array(JsonNode object, String field) {
        JsonNode value = object.path(field);
        if (!value.isMissingNode() && !value.isArray()) {
            throw new Inexpressible(field + " is no list");
        }
        return value;
    }

    private static JsonNode object(JsonNode node, String what) {
        if (!node.isObject()) {
            throw new Inexpressible(what + " is no message");
        }
        return node;
    }
}
