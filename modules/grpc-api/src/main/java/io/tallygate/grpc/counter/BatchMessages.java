package io.tallygate.grpc.counter;

import io.tallygate.counter.BatchItem;
import io.tallygate.counter.BatchOutcome;
import io.tallygate.counter.Increment;
import io.tallygate.counter.IncrementBatch;
import io.tallygate.counter.ItemOutcome;
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
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** Between messages of a batch of increments and the domain's batch. */
final class BatchMessages {

    private final BatchOutcome outcome;
    /** Each failure is logged once, however many operations it stands for. */
    private final IdentityHashMap<Throwable, Failure> failures = new IdentityHashMap<>();

    private BatchMessages(BatchOutcome outcome, @Nullable String requestId) {
        this.outcome = outcome;
        outcome.failures().forEach(cause -> failures.put(cause, Calls.failure(cause, Asked.ADD, requestId)));
    }

    /** @throws RuntimeException naming what breaks a rule, when the batch as a whole cannot be taken */
    static IncrementBatch batch(BatchIncrementRequest request, String caller) {
        requireWhole(request);
        List<BatchItem> items = new ArrayList<>(request.getOperationsCount());
        for (int i = 0; i < request.getOperationsCount(); i++) {
            items.add(item(i, request.getOperations(i)));
        }
        return new IncrementBatch(caller, request.hasRequestId() ? request.getRequestId() : null, items);
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

    private static BatchItem item(int place, Operation operation) {
        try {
            return CounterMessages.item(operation);
        } catch (InvalidRequestException e) {
            return new BatchItem.Invalid(e.within("operations[" + place + "].").errors());
        }
    }

    /**
     * The answer to a batch that was to be committed.
     *
     * @param requestId what the caller calls the call in its logs
     * @throws RefusedException    when its name belongs to another batch
     * @throws CompletionException with the failure because of which nothing of it was done
     */
    static BatchIncrementResponse committed(BatchOutcome outcome, @Nullable String requestId) {
        throwIfNothingWasDone(outcome);
        var response = BatchIncrementResponse.newBuilder().setReplayed(outcome.replayed());
        new BatchMessages(outcome, requestId).addResults(response);
        return response.build();
    }

    /** The same for a batch that was to be taken into memory. */
    static BatchIncrementResponse accepted(BatchOutcome outcome, @Nullable String requestId) {
        throwIfNothingWasDone(outcome);
        int accepted = outcome.count(ItemOutcome.Accepted.class);
        var response = BatchIncrementResponse.newBuilder().setAccepted(accepted);
        if (accepted < outcome.items().size()) {
            new BatchMessages(outcome, requestId).addResults(response);
        }
        return response.build();
    }

    private static void throwIfNothingWasDone(BatchOutcome outcome) {
        ItemOutcome refusal = outcome.refusal();
        if (refusal instanceof ItemOutcome.Failed(Throwable failure)) {
            throw new CompletionException(failure);
        } else if (refusal != null) {
            throw new RefusedException(Failure.keyReused());
        }
    }

    private void addResults(BatchIncrementResponse.Builder response) {
        for (int i = 0; i < outcome.items().size(); i++) {
            response.addResults(result(i));
        }
    }

    private OperationResult result(int place) {
        return switch (outcome.items().get(place)) {
            case ItemOutcome.Applied(long value) -> OperationResult.newBuilder().setValue(value).build();
            // Without an outcome: accepted.
            case ItemOutcome.Accepted() -> OperationResult.getDefaultInstance();
            case ItemOutcome.Invalid(var errors) -> error(Failure.invalid(errors));
            case ItemOutcome.Refused(var refusal) ->
                error(CounterMessages.refused(refusal, "operations[" + place + ']'));
            case ItemOutcome.KeyReused _ -> error(Failure.keyReused());
            case ItemOutcome.Failed(Throwable cause) -> error(Objects.requireNonNull(failures.get(cause)));
        };
    }

    private static OperationResult error(Failure failure) {
        var error = OperationError.newBuilder().setReason(failure.reason()).setMessage(failure.message());
        if (!failure.errors().isEmpty()) {
            error.setField(failure.errors().getFirst().field()).addAllFieldViolations(failure.violations());
        }
        return OperationResult.newBuilder().setError(error).build();
    }
}
