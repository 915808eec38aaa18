package io.tallygate.contract;

import com.google.protobuf.Timestamp;
import io.tallygate.counter.v1.BatchGetResponse;
import io.tallygate.counter.v1.BatchIncrementResponse;
import io.tallygate.counter.v1.CounterKey;
import io.tallygate.counter.v1.GetResponse;
import io.tallygate.counter.v1.IncrementRequest;
import io.tallygate.counter.v1.IncrementResponse;
import io.tallygate.counter.v1.LeaderboardEntry;
import io.tallygate.counter.v1.OperationResult;
import io.tallygate.counter.v1.Reading;
import io.tallygate.counter.v1.ResetResponse;
import io.tallygate.counter.v1.TopResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** What the service answered, as the suite reads it. */
final class GrpcAnswers {

    private GrpcAnswers() {}

    static HttpListener.Response incremented(IncrementRequest request, IncrementResponse response) {
        var body = named(request.getOperation().getCounter());
        if (response.hasValue()) {
            body.put("value", response.getValue());
            return json(200, body);
        }
        body.put("accepted", true);
        return json(202, body);
    }

    static HttpListener.Response batch(BatchIncrementResponse response) {
        var body = Json.object();
        if (response.getAccepted() > 0) {
            body.put("accepted", response.getAccepted());
        }
        if (response.getResultsCount() == 0) {
            return json(202, body);
        }
        body.put("results", response.getResultsList().stream().map(GrpcAnswers::result).toList());
        return json(response.getResultsList().stream().allMatch(OperationResult::hasValue) ? 200 : 207, body);
    }

    private static Map<String, Object> result(OperationResult result) {
        return switch (result.getOutcomeCase()) {
            case VALUE -> Json.object("status", "applied", "value", result.getValue());
            case ERROR -> Json.object("status", GrpcProblems.isTheCallers(result.getError()) ? "invalid" : "failed",
                    "error", GrpcProblems.problem(result.getError()));
            case OUTCOME_NOT_SET -> Json.object("status", "accepted");
        };
    }

    static HttpListener.Response reading(GetResponse response) {
        return json(200, reading(response.getReading()));
    }

    static HttpListener.Response readings(BatchGetResponse response) {
        return json(200,
                Json.object("results", response.getReadingsList().stream().map(GrpcAnswers::reading).toList()));
    }

    private static Map<String, Object> reading(Reading reading) {
        var body = named(reading.getCounter());
        body.put("value", reading.getValue());
        body.put("as_of", text(reading.getAsOf()));
        return body;
    }

    static HttpListener.Response reset(ResetResponse response) {
        Objects.requireNonNull(response);
        return new HttpListener.Response(204, Map.of(), new byte[0]);
    }

    static HttpListener.Response leaderboard(TopResponse response) {
        String window = GrpcRequests.WINDOWS.entrySet().stream()
                .filter(entry -> entry.getValue() == response.getWindow()).map(Map.Entry::getKey).findFirst()
                .orElseThrow(() -> new AssertionError("a window of its own: " + response.getWindow()));
        List<Map<String, Object>> entries = response.getEntriesList().stream().map(GrpcAnswers::entry).toList();
        return json(200, Json.object("entries", entries, "window", window, "as_of", text(response.getAsOf())));
    }

    private static Map<String, Object> entry(LeaderboardEntry entry) {
        return Json.object("rank", entry.getRank(), "resource_id", entry.getResourceId(), "value", entry.getValue(),
                "max_error", entry.getMaxError());
    }

    static HttpListener.Response health(boolean up) {
        return json(up ? 200 : 503, Json.object("status", up ? "UP" : "DOWN"));
    }

    private static Map<String, Object> named(CounterKey counter) {
        return Json.object("resource_id", counter.getResourceId(), "counter_type", counter.getCounterType());
    }

    private static String text(Timestamp time) {
        return Instant.ofEpochSecond(time.getSeconds(), time.getNanos()).toString();
    }

    private static HttpListener.Response json(int status, Map<String, Object> body) {
        return new HttpListener.Response(status, Map.of("content-type", "application/json"),
                Json.text(body).getBytes(StandardCharsets.UTF_8));
    }
}
