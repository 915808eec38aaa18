package io.tallygate.grpc.quota;

import io.tallygate.grpc.Calls;
import io.tallygate.grpc.Failure;
import io.tallygate.kernel.Asked;
import io.tallygate.quota.ConsumptionBatchOutcome;
import io.tallygate.quota.ConsumptionOutcome;
import io.tallygate.quota.v1.ConsumeBatchResponse;
import io.tallygate.quota.v1.OperationError;
import io.tallygate.quota.v1.OperationResult;
import java.util.IdentityHashMap;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** What became of a batch of consumptions, as a message. */
final class ConsumptionBatchMessages {

    private final ConsumptionBatchOutcome outcome;
    /** Each failure is logged once, however many operations it stands for. */
    private final IdentityHashMap<Throwable, Failure> failures = new IdentityHashMap<>();

    private ConsumptionBatchMessages(ConsumptionBatchOutcome outcome, @Nullable String requestId) {
        this.outcome = outcome;
        outcome.failures().forEach(cause -> failures.put(cause, Calls.failure(cause, Asked.ADD, requestId)));
    }

    /**
     * The answer to a batch that was to be decided.
     *
     * @param requestId what the caller calls the call in its logs
     * @throws CompletionException with the failure because of which nothing of it was done
     */
    static ConsumeBatchResponse consumed(ConsumptionBatchOutcome outcome, @Nullable String requestId) {
        throwIfNothingWasDone(outcome);
        var response = ConsumeBatchResponse.newBuilder().setReplayed(outcome.replayed());
        new ConsumptionBatchMessages(outcome, requestId).addResults(response);
        return response.build();
    }

    /** The same for a batch that was to be taken into memory. */
    static ConsumeBatchResponse accepted(ConsumptionBatchOutcome outcome, @Nullable String requestId) {
        throwIfNothingWasDone(outcome);
        int accepted = outcome.accepted();
        var response = ConsumeBatchResponse.newBuilder().setAccepted(accepted);
        if (accepted < outcome.items().size()) {
            new ConsumptionBatchMessages(outcome, requestId).addResults(response);
        }
        return response.build();
    }

    private static void throwIfNothingWasDone(ConsumptionBatchOutcome outcome) {
        if (outcome.refusal() != null) {
            throw new CompletionException(outcome.refusal());
        }
    }

    private void addResults(ConsumeBatchResponse.Builder response) {
        outcome.items().forEach(item -> response.addResults(result(item)));
    }

    private OperationResult result(ConsumptionOutcome item) {
        return switch (item) {
            case ConsumptionOutcome.Decided(var decision, var _) ->
                OperationResult.newBuilder().setDecision(Decisions.message(decision)).build();
            // Without an outcome: accepted.
            case ConsumptionOutcome.Accepted() -> OperationResult.getDefaultInstance();
            case ConsumptionOutcome.Invalid(var errors) -> error(Failure.invalid(errors), true);
            case ConsumptionOutcome.Failed failed ->
                error(Objects.requireNonNull(failures.get(failed.failure())), failed.isCallers());
        };
    }

    private static OperationResult error(Failure failure, boolean permanent) {
        return OperationResult.newBuilder().setError(OperationError.newBuilder().setReason(failure.reason())
                .setMessage(failure.message()).addAllFieldViolations(failure.violations()).setPermanent(permanent))
                .build();
    }
}
