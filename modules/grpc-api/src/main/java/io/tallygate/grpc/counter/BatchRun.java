package io.tallygate.grpc.counter;

import io.tallygate.counter.Counters;
import io.tallygate.counter.Increment;
import io.tallygate.counter.RequestKeys;
import io.tallygate.counter.v1.BatchIncrementRequest;
import io.tallygate.counter.v1.BatchIncrementResponse;
import io.tallygate.counter.v1.Operation;
import io.tallygate.counter.v1.OperationError;
import io.tallygate.counter.v1.OperationResult;
import io.tallygate.grpc.Calls;
import io.tallygate.grpc.Failure;
import io.tallygate.grpc.InvalidRequestException;
import io.tallygate.grpc.RefusedException;
import io.tallygate.grpc.Values;
import io.tallygate.kernel.Asked;
import io.tallygate.kernel.Ids;
import io.tallygate.kernel.InvalidInputException;
import io.tallygate.ledger.Change;
import io.tallygate.ledger.IdempotencyKey;
import io.tallygate.ledger.Outcomes;
import io.tallygate.ledger.Posting;
import io.tallygate.ledger.PostingResult;
import io.tallygate.ledger.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * One batch on its way: split into writes, and put together again into one answer in the order that was asked for.
 *
 * <p>An operation with a request id is a write of its own, because it is repeated on its own; the others share one write,
 * and the batch's request id. Each write fills in its own operations, and the answer is made after all of them, so
 * nothing here is shared between threads without that order.
 */
final class BatchRun {

    /** The same batch over HTTP, so that a name means the same request over both. */
    private static final String OPERATION = "POST /api/v1/counter/batch-increment";

    /** Operations that travel in one write. */
    private record Part(Posting write, int[] items, boolean keyedByItem) {}

    private final List<Part> parts;
    private final @Nullable OperationResult[] results;
    /** The failure of each part that was not written at all. */
    private final @Nullable Failure[] failures;

    /** @throws InvalidRequestException when the batch as a whole cannot be taken */
    BatchRun(BatchIncrementRequest request, String caller) {
        requireWhole(request);
        this.results = new OperationResult[request.getOperationsCount()];
        this.parts = split(request, caller);
        this.failures = new Failure[parts.size()];
    }

    /** Checks the name also where no operation uses it. */
    private static void requireWhole(BatchIncrementRequest request) {
        try {
            requireSize(request);
            requireRequestId(request);
        } catch (InvalidInputException e) {
            throw InvalidRequestException.everything(e, () -> requireSize(request), () -> requireRequestId(request));
        }
    }

    private static void requireSize(BatchIncrementRequest request) {
        Values.requireSize("operations", request.getOperationsCount(), Increment.REQUEST_MAX);
    }

    private static void requireRequestId(BatchIncrementRequest request) {
        if (request.hasRequestId()) {
            Ids.require("request_id", request.getRequestId());
        }
    }

    private List<Part> split(BatchIncrementRequest request, String caller) {
        var parts = new ArrayList<Part>();
        var shared = new ArrayList<Change.Add>();
        int[] sharedItems = new int[results.length];
        for (int i = 0; i < results.length; i++) {
            Operation operation = request.getOperations(i);
            try {
                Change.Add increment = CounterMessages.increment(operation);
                if (operation.hasRequestId()) {
                    var key = RequestKeys.ofOperation(caller, operation.getRequestId(), increment);
                    parts.add(new Part(new Posting(key, List.of(increment)), new int[]{i}, true));
                } else {
                    sharedItems[shared.size()] = i;
                    shared.add(increment);
                }
            } catch (InvalidRequestException e) {
                results[i] = error(Failure.invalid(e.within("operations[" + i + "].").errors()));
            }
        }
        IdempotencyKey key = keyOf(request, caller, shared);
        if (!shared.isEmpty()) {
            parts.add(new Part(new Posting(key, shared), sharedItems, false));
        }
        return parts;
    }

    private static @Nullable IdempotencyKey keyOf(
            BatchIncrementRequest request, String caller, List<Change.Add> increments) {
        return request.hasRequestId()
                ? RequestKeys.ofRequest(caller, request.getRequestId(), OPERATION, increments)
                : null;
    }

    /** Writes all parts and answers when each is committed or has failed. */
    CompletionStage<BatchIncrementResponse> commit(Counters counters) {
        var stages = new CompletableFuture<?>[parts.size()];
        for (int i = 0; i < stages.length; i++) {
            int part = i;
            stages[i] = start(counters, parts.get(i)).handle((result, failure) -> {
                fill(part, result, failure);
                return result;
            }).toCompletableFuture();
        }
        return CompletableFuture.allOf(stages).thenApply(_ -> answer());
    }

    private static CompletionStage<PostingResult> start(Counters counters, Part part) {
        try {
            return counters.write(part.write());
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** Takes all parts into memory and answers at once. */
    BatchIncrementResponse accept(Counters counters) {
        int accepted = 0;
        for (int i = 0; i < parts.size(); i++) {
            try {
                counters.accept(parts.get(i).write());
                accepted += parts.get(i).write().changes().size();
                // Without an outcome: accepted.
                fillAll(parts.get(i), OperationResult.getDefaultInstance());
            } catch (RuntimeException e) {
                failed(i, e);
            }
        }
        throwIfNothingWasDone();
        var response = BatchIncrementResponse.newBuilder().setAccepted(accepted);
        if (accepted < results.length) {
            addResults(response);
        }
        return response.build();
    }

    private void fill(int number, @Nullable PostingResult result, @Nullable Throwable failure) {
        Part part = parts.get(number);
        switch (result) {
            case null -> failed(number, Objects.requireNonNull(failure));
            case PostingResult.KeyReused _ -> {
                Failure reused = Failure.keyReused();
                fillAll(part, error(reused));
                if (parts.size() == 1 && !part.keyedByItem()) {
                    failures[number] = reused;
                }
            }
            case PostingResult.Failed(RuntimeException cause) -> failed(number, cause);
            case PostingResult.Committed(Outcomes outcomes, var _, var _) -> {
                for (int i = 0; i < outcomes.size(); i++) {
                    int item = part.items()[i];
                    Refusal refusal = outcomes.refusal(i);
                    results[item] = refusal == null
                            ? OperationResult.newBuilder().setValue(outcomes.value(i)).build()
                            : error(CounterMessages.refused(refusal, "operations[" + item + ']'));
                }
            }
        }
    }

    private void failed(int number, Throwable cause) {
        Failure failure = Calls.failure(cause, Asked.ADD, null);
        failures[number] = failure;
        fillAll(parts.get(number), error(failure));
    }

    private void fillAll(Part part, OperationResult result) {
        for (int i = 0; i < part.write().changes().size(); i++) {
            results[part.items()[i]] = result;
        }
    }

    private BatchIncrementResponse answer() {
        throwIfNothingWasDone();
        var response = BatchIncrementResponse.newBuilder();
        addResults(response);
        return response.build();
    }

    private void addResults(BatchIncrementResponse.Builder response) {
        for (OperationResult result : results) {
            response.addResults(Objects.requireNonNull(result));
        }
    }

    /**
     * Fails with the one reason for which the batch as a whole had no effect: its name was used for another one, or every
     * write failed. A batch of which a part was applied must not look as if it could be repeated without thought.
     */
    private void throwIfNothingWasDone() {
        if (parts.isEmpty()) {
            return;
        }
        for (Failure failure : failures) {
            if (failure == null) {
                return;
            }
        }
        throw new RefusedException(Objects.requireNonNull(failures[0]));
    }

    private static OperationResult error(Failure failure) {
        var error = OperationError.newBuilder().setReason(failure.reason()).setMessage(failure.message());
        if (!failure.errors().isEmpty()) {
            error.setField(failure.errors().getFirst().field()).addAllFieldViolations(failure.violations());
        }
        return OperationResult.newBuilder().setError(error).build();
    }
}
