package io.tallygate.grpc.client;

import io.grpc.Status;
import io.tallygate.kernel.StoreUnavailableException;

/** What a failed call means to the counters' callers. */
final class Failures {

    private Failures() {}

    /** The exception of the counters' port for a failed call. */
    static RuntimeException of(Throwable failure) {
        Status status = Status.fromThrowable(failure);
        return switch (status.getCode()) {
            // The service understood the call and did nothing: to repeat it would not help.
            case INVALID_ARGUMENT, FAILED_PRECONDITION, OUT_OF_RANGE, INTERNAL, DATA_LOSS, NOT_FOUND ->
                new IllegalStateException("the counter service refused: " + described(status), failure);
            default -> unavailable(failure);
        };
    }

    /** For a call that can be made again. */
    static StoreUnavailableException unavailable(Throwable failure) {
        return new StoreUnavailableException(
                "the counter service is not available: " + described(Status.fromThrowable(failure)), failure);
    }

    private static String described(Status status) {
        return status.getDescription() == null
                ? status.getCode().toString()
                : status.getCode() + " " + status.getDescription();
    }
}
