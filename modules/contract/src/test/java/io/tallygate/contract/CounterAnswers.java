package io.tallygate.contract;

import io.tallygate.counter.v1.BatchGetResponse;
import io.tallygate.counter.v1.BatchIncrementResponse;
import io.tallygate.counter.v1.CounterKey;
import io.tallygate.counter.v1.GetResponse;
import io.tallygate.counter.v1.IncrementRequest;
import io.tallygate.counter.v1.IncrementResponse;
import io.tallygate.counter.v1.LeaderboardEntry;
import io.tallygate.counter.v1.OperationError;
import io.tallygate.counter.v1.OperationResult;
import io.tallygate.counter.v1.Reading;
import io.tallygate.counter.v1.ResetResponse;
import io.tallygate.counter.v1.TopResponse;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;

/** What the counter service answered, as the suite reads it. */
final class CounterAnswers {

    private static final Set<String> CALLERS = Set.of("INVALID_INPUT", "COUNTER_OVERFLOW", "IDEMPOTENCY_KEY_REUSED",
            "WRONG_TYPE");

    private CounterAnswers() {}

    static HttpListener.Response incremented(IncrementRequest request, IncrementResponse response) {
        var body = named(request.getOperation().getCounter());
        if (response.hasValue()) {
            body.put("value", response.getValue());
            return GrpcFields.json(200, body).replayed(response.getReplayed());
        }
        body.put("accepted", true);
        return GrpcFields.json(202, body);
    }

    static HttpListener.Response batch(BatchIncrementResponse response) {
        var body = Json.object();
        if (response.getAccepted() > 0) {
            body.put("accepted", response.getAccepted());
        }
        if (response.getResultsCount() == 0) {
            return GrpcFields.json(202, body);
        }
        body.put("results", response.getResultsList().stream().map(CounterAnswers::result).toList());
        return GrpcFields.json(response.getResultsList().stream().allMatch(OperationResult::hasValue) ? 200 : 207,
                body).replayed(response.getReplayed());
    }

    private static Map<String, Object> result(OperationResult result) {
        return switch (result.getOutcomeCase()) {
            case VALUE -> Json.object("status", "applied", "value", result.getValue());
            case ERROR -> Json.object("status", isTheCallers(result.getError()) ? "invalid" : "failed",
                    "error", problem(result.getError()));
            case OUTCOME_NOT_SET -> Json.object("status", "accepted");
        };
    }

    static HttpListener.Response reading(GetResponse response) {
        return GrpcFields.json(200, reading(response.getReading()));
    }

    static HttpListener.Response readings(BatchGetResponse response) {
        return GrpcFields.json(200,
                Json.object("results", response.getReadingsList().stream().map(CounterAnswers::reading).toList()));
    }

    private static Map<String, Object> reading(Reading reading) {
        var body = named(reading.getCounter());
        body.put("value", reading.getValue());
        body.put("as_of", GrpcFields.time(reading.getAsOf()));
        return body;
    }

    static HttpListener.Response reset(ResetResponse response) {
        Objects.requireNonNull(response);
        return new HttpListener.Response(204, Map.of(), new byte[0]);
    }

    static HttpListener.Response leaderboard(TopResponse response) {
        String window = CounterMessages.WINDOWS.entrySet().stream()
                .filter(entry -> entry.getValue() == response.getWindow()).map(Map.Entry::getKey).findFirst()
                .orElseThrow(() -> new AssertionError("a window of its own: " + response.getWindow()));
        List<Map<String, Object>> entries = response.getEntriesList().stream().map(CounterAnswers::entry).toList();
        return GrpcFields.json(200,
                Json.object("entries", entries, "window", window, "as_of", GrpcFields.time(response.getAsOf())));
    }

    private static Map<String, Object> entry(LeaderboardEntry entry) {
        return Json.object("rank", entry.getRank(), "resource_id", entry.getResourceId(), "value", entry.getValue(),
                "max_error", entry.getMaxError());
    }

    private static Map<String, Object> named(CounterKey counter) {
        return Json.object("resource_id", counter.getResourceId(), "counter_type", counter.getCounterType());
    }

    private static Map<String, Object> problem(OperationError error) {
        var problem = GrpcProblems.problem(error.getReason(), error.getMessage());
        if (error.getFieldViolationsCount() > 0) {
            problem.put("errors", GrpcProblems.errors(error.getFieldViolationsList(), UnaryOperator.identity()));
        }
        return problem;
    }

    /** Whether the same operation would fail again. */
    private static boolean isTheCallers(OperationError error) {
        return CALLERS.contains(error.getReason());
    }
}
