package io.tallygate.http.counter;

import com.fasterxml.jackson.core.JsonGenerator;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.tallygate.counter.Counters;
import io.tallygate.http.Answers;
import io.tallygate.http.Origin;
import io.tallygate.http.Problem;
import io.tallygate.kernel.Asked;
import io.tallygate.kernel.GeneralProblem;
import io.tallygate.ledger.Change;
import io.tallygate.ledger.IdempotencyKey;
import io.tallygate.ledger.Outcomes;
import io.tallygate.ledger.Posting;
import io.tallygate.ledger.PostingResult;
import io.tallygate.ledger.Refusal;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One batch on its way: split into writes, and put together again into one answer in the order that was asked for.
 *
 * <p>An item with a request id is a write of its own, because it is repeated on its own; the others share one write,
 * and the request's idempotency key. Each write fills in its own items, and the answer is made after all of them, so
 * nothing here is shared between threads without that order.
 */
final class BatchRun {

    private static final String APPLIED = "applied";
    private static final String ACCEPTED = "accepted";
    private static final String INVALID = "invalid";
    private static final String FAILED = "failed";

    /** Items that travel in one write. */
    private record Part(Posting write, int[] items, boolean keyedByItem) {}

    /** What became of one item; the problem is null when it was applied or accepted. */
    private record Result(String status, long value, @Nullable Problem problem) {}

    private final Origin origin;
    private final List<Operation> operations;
    private final @Nullable String requestId;
    private final List<Part> parts;
    private final @Nullable Result[] results;

    /** @throws io.tallygate.kernel.InvalidInputException when the batch has two keys that differ */
    BatchRun(Origin origin, Batch batch) {
        this.origin = origin;
        this.operations = batch.operations();
        this.requestId = batch.requestId();
        this.results = new Result[operations.size()];
        this.parts = split();
    }

    private List<Part> split() {
        var parts = new ArrayList<Part>();
        var shared = new ArrayList<Change.Add>();
        int[] sharedItems = new int[operations.size()];
        for (int i = 0; i < operations.size(); i++) {
            Operation operation = operations.get(i);
            Change.Add increment = operation.increment();
            if (increment == null) {
                results[i] = new Result(INVALID, 0, Problem.invalid(operation.errors()));
            } else if (operation.requestId() == null) {
                sharedItems[shared.size()] = i;
                shared.add(increment);
            } else {
                IdempotencyKey key = CounterKeys.ofItem(origin, operation.requestId(), increment);
                parts.add(new Part(new Posting(key, List.of(increment)), new int[]{i}, true));
            }
        }
        IdempotencyKey key = CounterKeys.ofBatch(origin, requestId, shared);
        if (!shared.isEmpty()) {
            parts.add(new Part(new Posting(key, shared), sharedItems, false));
        }
        return parts;
    }

    /** Writes all parts and answers when each is committed or has failed. */
    CompletionStage<HttpResponse<byte[]>> commit(Counters counters) {
        return startAll(counters::write, this::fill).thenApply(_ -> answer());
    }

    /** Has all parts accepted and answers when each is or has failed. */
    CompletionStage<HttpResponse<byte[]>> accept(Acceptance acceptance) {
        return startAll(acceptance::accept, (part, _, failure) -> fillAll(part,
                failure == null ? new Result(ACCEPTED, 0, null) : failed(failure))).thenApply(_ -> acceptedAnswer());
    }

    /** What became of a part; the result is null when there is a failure. */
    @FunctionalInterface
    private interface Filler<R> {
        void fill(Part part, @Nullable R result, @Nullable Throwable failure);
    }

    private <R> CompletionStage<Void> startAll(
            Function<Posting, ? extends CompletionStage<? extends R>> start, Filler<R> filler) {
        var stages = new CompletableFuture<?>[parts.size()];
        for (int i = 0; i < stages.length; i++) {
            Part part = parts.get(i);
            stages[i] = started(start, part).handle((result, failure) -> {
                filler.fill(part, result, failure);
                return part;
            }).toCompletableFuture();
        }
        return CompletableFuture.allOf(stages);
    }

    private static <R> CompletionStage<? extends R> started(
            Function<Posting, ? extends CompletionStage<? extends R>> start, Part part) {
        try {
            return start.apply(part.write());
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private HttpResponse<byte[]> acceptedAnswer() {
        Problem refusal = refusalOfAll();
        if (refusal != null) {
            return refusal.response();
        }
        int accepted = count(ACCEPTED);
        boolean all = accepted == results.length;
        return Answers.json(all ? HttpStatus.ACCEPTED : HttpStatus.MULTI_STATUS, out -> {
            out.writeStartObject();
            out.writeNumberField("accepted", accepted);
            if (!all) {
                writeResults(out);
            }
            out.writeEndObject();
        });
    }

    private void fill(Part part, @Nullable PostingResult result, @Nullable Throwable failure) {
        switch (result) {
            case null -> fillAll(part, failed(Objects.requireNonNull(failure)));
            case PostingResult.KeyReused _ -> fillAll(part, new Result(INVALID, 0,
                    Problem.keyReused(part.keyedByItem() ? "the request_id" : origin.keyCalled())));
            case PostingResult.Failed(RuntimeException cause) -> fillAll(part, failed(cause));
            case PostingResult.Committed committed -> {
                Outcomes outcomes = committed.outcomes();
                for (int i = 0; i < outcomes.size(); i++) {
                    int item = part.items()[i];
                    Refusal refusal = outcomes.refusal(i);
                    results[item] = refusal == null
                            ? new Result(APPLIED, outcomes.value(i), null)
                            : new Result(INVALID, 0, CounterAnswers.refused(refusal, "operations[" + item + ']'));
                }
            }
        }
    }

    private void fillAll(Part part, Result result) {
        for (int i = 0; i < part.write().changes().size(); i++) {
            results[part.items()[i]] = result;
        }
    }

    private Result failed(Throwable failure) {
        return new Result(FAILED, 0, origin.problem(Asked.ADD, failure));
    }

    private HttpResponse<byte[]> answer() {
        Problem refusal = refusalOfAll();
        if (refusal != null) {
            return refusal.response();
        }
        boolean all = count(APPLIED) == results.length;
        return Answers.json(all ? HttpStatus.OK : HttpStatus.MULTI_STATUS, out -> {
            out.writeStartObject();
            writeResults(out);
            out.writeEndObject();
        });
    }

    /**
     * The one reason for which the batch as a whole had no effect: its key was used for another one, or every write
     * failed. A batch of which a part was applied must not look as if it could be repeated without thought.
     */
    private @Nullable Problem refusalOfAll() {
        if (parts.isEmpty()) {
            return null;
        }
        Problem first = null;
        for (Part part : parts) {
            Result result = Objects.requireNonNull(results[part.items()[0]]);
            Problem problem = result.problem();
            boolean keyReused = parts.size() == 1 && !part.keyedByItem() && problem != null
                    && problem.kind() == GeneralProblem.IDEMPOTENCY_KEY_REUSED;
            if (!keyReused && !result.status().equals(FAILED)) {
                return null;
            }
            first = first == null ? problem : first;
        }
        return first;
    }

    private int count(String status) {
        int count = 0;
        for (Result result : results) {
            count += Objects.requireNonNull(result).status().equals(status) ? 1 : 0;
        }
        return count;
    }

    private void writeResults(JsonGenerator out) throws IOException {
        out.writeArrayFieldStart("results");
        for (Result result : results) {
            out.writeStartObject();
            out.writeStringField("status", Objects.requireNonNull(result).status());
            Problem problem = result.problem();
            if (problem != null) {
                out.writeFieldName("error");
                problem.writeTo(out);
            } else if (result.status().equals(APPLIED)) {
                out.writeNumberField("value", result.value());
            }
            out.writeEndObject();
        }
        out.writeEndArray();
    }
}
