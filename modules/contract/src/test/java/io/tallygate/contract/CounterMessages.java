package io.tallygate.contract;

import com.fasterxml.jackson.databind.JsonNode;
import io.tallygate.contract.GrpcRoute.Inexpressible;
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
import java.util.Map;
import java.util.Optional;

/** What the suite asks of counters, as messages. */
final class CounterMessages {

    /** What an enumeration holds when it holds none of its values. */
    private static final int UNKNOWN = 99;

    static final Map<String, Window> WINDOWS = Map.of("all", Window.WINDOW_ALL, "1m", Window.WINDOW_MINUTE, "1h",
            Window.WINDOW_HOUR, "24h", Window.WINDOW_DAY);

    private CounterMessages() {}

    static IncrementRequest increment(JsonNode body, Optional<String> key) {
        var operation = operation(body);
        GrpcFields.text(body, "request_id", operation::setRequestId);
        key.ifPresent(operation::setRequestId);
        var request = IncrementRequest.newBuilder().setOperation(operation);
        GrpcFields.bool(body, "async", request::setAsync);
        return request.build();
    }

    static BatchIncrementRequest batchIncrement(JsonNode body, Optional<String> key) {
        var request = BatchIncrementRequest.newBuilder();
        for (JsonNode item : GrpcFields.list(body, "operations")) {
            var operation = operation(GrpcFields.object(item, "an operation"));
            GrpcFields.text(item, "request_id", operation::setRequestId);
            request.addOperations(operation);
        }
        GrpcFields.bool(body, "async", request::setAsync);
        GrpcFields.text(body, "request_id", request::setRequestId);
        key.ifPresent(request::setRequestId);
        return request.build();
    }

    static BatchGetRequest batchGet(JsonNode body) {
        var request = BatchGetRequest.newBuilder();
        for (JsonNode query : GrpcFields.list(body, "queries")) {
            request.addCounters(counter(GrpcFields.object(query, "a query")));
        }
        return request.build();
    }

    static GetRequest get(GrpcExchange exchange) {
        var request = GetRequest.newBuilder().setCounter(counter(exchange));
        exchange.parameter("consistency").ifPresent(text -> request.setConsistencyValue(
                text.equals("strong") ? Consistency.CONSISTENCY_STRONG_VALUE : UNKNOWN));
        return request.build();
    }

    static ResetRequest reset(GrpcExchange exchange) {
        return ResetRequest.newBuilder().setCounter(counter(exchange)).build();
    }

    static TopRequest top(GrpcExchange exchange) {
        var request = TopRequest.newBuilder().setCounterType(exchange.name(0));
        exchange.parameter("window").ifPresent(text -> {
            Window window = WINDOWS.get(text);
            request.setWindowValue(window == null ? UNKNOWN : window.getNumber());
        });
        exchange.parameter("limit").ifPresent(text -> request.setLimit(GrpcFields.int32(text)));
        return request.build();
    }

    private static CounterKey.Builder counter(GrpcExchange exchange) {
        return CounterKey.newBuilder().setResourceId(exchange.name(0)).setCounterType(exchange.name(1));
    }

    private static CounterKey.Builder counter(JsonNode object) {
        var counter = CounterKey.newBuilder();
        GrpcFields.text(object, "resource_id", counter::setResourceId);
        GrpcFields.text(object, "counter_type", counter::setCounterType);
        return counter;
    }

    /** In HTTP, {@code increment} is another name of {@code delta}. */
    private static Operation.Builder operation(JsonNode object) {
        var operation = Operation.newBuilder().setCounter(counter(object));
        GrpcFields.text(object, "user_id", operation::setUserId);
        JsonNode delta = object.has("delta") ? object.get("delta") : object.get("increment");
        if (delta == null) {
            return operation;
        }
        if (!delta.isIntegralNumber() || !delta.canConvertToLong()) {
            throw new Inexpressible(delta + " is no int64");
        }
        return operation.setDelta(delta.longValue());
    }
}
