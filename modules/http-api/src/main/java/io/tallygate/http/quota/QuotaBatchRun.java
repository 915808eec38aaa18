package io.tallygate.http.quota;

import com.fasterxml.jackson.core.JsonGenerator;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.tallygate.http.Answers;
import io.tallygate.http.BatchBody;
import io.tallygate.http.Origin;
import io.tallygate.http.Problem;
import io.tallygate.kernel.Asked;
import io.tallygate.kernel.GeneralProblem;
import io.tallygate.quota.Answered;
import io.tallygate.quota.Decision;
import io.tallygate.quota.Quotas;
import io.tallygate.quota.RequestKey;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * One batch on its way: each item is a consumption of its own, and the answers come together in the order that was asked for.
 * Each item fills in its own result, and the answer is made after all of them, so nothing here is shared between threads
 * without that order.
 */
final class QuotaBatchRun {

    private static final String GRANTED = "granted";
    private static final String DENIED = "denied";
    private static final String ACCEPTED = "accepted";
    private static final String INVALID = "invalid";
    private static final String FAILED = "failed";

    /** What became of one item: a decision, or a problem, or neither where it was accepted. */
    private record Result(String status, @Nullable Decision decision, @Nullable Problem problem) {}

    private final Origin origin;
    private final List<QuotaOperation> operations;
    private final @Nullable String batchKey;
    private final @Nullable Result[] results;

    /** @throws io.tallygate.kernel.InvalidInputException when the batch has two keys that differ */
    QuotaBatchRun(Origin origin, BatchBody<QuotaOperation> batch) {
        this.origin = origin;
        this.operations = batch.operations();
        this.batchKey = origin.key(batch.requestId());
        this.results = new Result[operations.size()];
    }

    /** Consumes every item, and answers when each is committed or has failed. */
    CompletionStage<HttpResponse<byte[]>> consume(Quotas quotas) {
        return run((operation, key) -> quotas
                .consume(operation.subject(), operation.wanted(), operation.mode(), key)
                .thenApply(QuotaBatchRun::decided))
                .thenApply(_ -> answer(HttpStatus.OK, GRANTED));
    }

    /** Has every item accepted, and answers when each is or has failed. */
    CompletionStage<HttpResponse<byte[]>> accept(QuotaAcceptance acceptance) {
        return run((operation, key) -> acceptance.accept(operation.subject(), operation.wanted(), key)
                .thenApply(_ -> new Result(ACCEPTED, null, null)))
                .thenApply(_ -> answer(HttpStatus.ACCEPTED, ACCEPTED));
    }

    /** What an item is asked for with. */
    @FunctionalInterface
    private interface Call {
        CompletionStage<Result> start(QuotaOperation operation, @Nullable RequestKey key);
    }

    /**
     * Starts all items at once, but one that repeats another's key waits for it: a decision may have to read something first,
     * and so one that starts later can be decided earlier.
     */
    private CompletionStage<Void> run(Call call) {
        var stages = new CompletableFuture<?>[operations.size()];
        var lastWithKey = new HashMap<RequestKey, CompletableFuture<?>>();
        for (int i = 0; i < stages.length; i++) {
            int item = i;
            RequestKey key = key(operations.get(item), item);
            CompletableFuture<?> before = key == null ? null : lastWithKey.get(key);
            CompletionStage<Result> started = before == null
                    ? started(call, item, key)
                    : before.thenCompose(_ -> started(call, item, key));
            CompletableFuture<?> stage = started.handle((result, failure) -> {
                results[item] = failure == null ? result : failed(failure);
                return item;
            }).toCompletableFuture();
            stages[i] = stage;
            if (key != null) {
                lastWithKey.put(key, stage);
            }
        }
        return CompletableFuture.allOf(stages);
    }

    private CompletionStage<Result> started(Call call, int item, @Nullable RequestKey key) {
        QuotaOperation operation = operations.get(item);
        if (!operation.errors().isEmpty()) {
            return CompletableFuture.completedStage(
                    new Result(INVALID, null, Problem.invalid(operation.errors())));
        }
        try {
            return call.start(operation, key);
        } catch (RuntimeException e) {
            return CompletableFuture.failedStage(e);
        }
    }

    private @Nullable RequestKey key(QuotaOperation operation, int item) {
        if (operation.requestId() != null) {
            return new RequestKey(origin.caller(), operation.requestId());
        }
        return batchKey == null ? null : new RequestKey(origin.caller(), batchKey + '#' + item);
    }

    private static Result decided(Answered<Decision> answered) {
        return new Result(answered.value().allowed() ? GRANTED : DENIED, answered.value(), null);
    }

    private Result failed(Throwable failure) {
        Problem problem = origin.problem(Asked.ADD, failure);
        return new Result(switch (problem.kind().category()) {
            case OVERLOADED, TIMEOUT, UNAVAILABLE, INTERNAL, NOT_SUPPORTED -> FAILED;
            default -> INVALID;
        }, null, problem);
    }

    private HttpResponse<byte[]> answer(HttpStatus whenAll, String good) {
        Problem refusal = refusalOfAll();
        if (refusal != null) {
            return refusal.response();
        }
        int count = 0;
        for (Result result : results) {
            count += Objects.requireNonNull(result).status().equals(good) ? 1 : 0;
        }
        int counted = count;
        boolean all = counted == results.length;
        return Answers.json(all ? whenAll : HttpStatus.MULTI_STATUS, out -> {
            out.writeStartObject();
            if (good.equals(ACCEPTED)) {
                out.writeNumberField("accepted", counted);
            }
            if (!all || !good.equals(ACCEPTED)) {
                writeResults(out);
            }
            out.writeEndObject();
        });
    }

    /**
     * The one reason for which the batch as a whole had no effect: every item failed, or its key belongs to another batch. A
     * batch of which a part was consumed must not look as if it could be repeated without thought.
     */
    private @Nullable Problem refusalOfAll() {
        Problem first = null;
        for (int i = 0; i < results.length; i++) {
            Result result = Objects.requireNonNull(results[i]);
            Problem problem = result.problem();
            boolean keyReused = batchKey != null && operations.get(i).requestId() == null && problem != null
                    && problem.kind() == GeneralProblem.IDEMPOTENCY_KEY_REUSED;
            if (!keyReused && !result.status().equals(FAILED)) {
                return null;
            }
            first = first == null ? problem : first;
        }
        return first;
    }

    private void writeResults(JsonGenerator out) throws IOException {
        out.writeArrayFieldStart("results");
        for (Result result : results) {
            out.writeStartObject();
            out.writeStringField("status", Objects.requireNonNull(result).status());
            if (result.problem() != null) {
                out.writeFieldName("error");
                result.problem().writeTo(out);
            } else if (result.decision() != null) {
                DecisionAnswers.writeMembers(out, result.decision());
            }
            out.writeEndObject();
        }
        out.writeEndArray();
    }
}
