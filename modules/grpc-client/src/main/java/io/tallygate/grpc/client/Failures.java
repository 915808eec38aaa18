package io.tallygate.grpc.client;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import io.grpc.Status;
import io.grpc.protobuf.StatusProto;
import io.tallygate.kernel.StoreUnavailableException;
import io.tallygate.ledger.WrongTypeException;

/** What a failed call means to the counters' callers. */
final class Failures {

    private Failures() {}

    /** The exception of the counters' port for a failed call. */
    static RuntimeException of(Throwable failure) {
        if (reason(failure).equals("WRONG_TYPE")) {
            return new WrongTypeException("the counter service: " + failure.getMessage());
        }
        Status status = Status.fromThrowable(failure);
        return switch (status.getCode()) {
            // The service understood the call and did nothing: to repeat it would not help.
            case INVALID_ARGUMENT, FAILED_PRECONDITION, OUT_OF_RANGE, INTERNAL, DATA_LOSS, NOT_FOUND ->
                new IllegalStateException("the counter service refused: " + described(status), failure);
            default -> unavailable(failure);
        };
    }

    /** The service's own word for what went wrong; empty when it has none. */
    static String reason(Throwable failure) {
        com.google.rpc.Status status = StatusProto.fromThrowable(failure);
        if (status != null) {
            for (Any detail : status.getDetailsList()) {
                if (detail.is(ErrorInfo.class)) {
                    try {
                        return detail.unpack(ErrorInfo.class).getReason();
                    } catch (InvalidProtocolBufferException e) {
                        return "";
                    }
                }
            }
        }
        return "";
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
