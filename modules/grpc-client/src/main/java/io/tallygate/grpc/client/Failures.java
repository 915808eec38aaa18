package io.tallygate.grpc.client;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import io.grpc.Status;
import io.grpc.protobuf.StatusProto;
import io.tallygate.kernel.StoreUnavailableException;
import io.tallygate.ledger.WrongTypeException;
import java.util.Set;

/** What a failed call of a service means to the callers of a port. */
final class Failures {

    /** Of a counter, and of any row. */
    private static final Set<String> WRONG_TYPE = Set.of("WRONG_TYPE", "ROW_OF_WRONG_TYPE");

    private static final String RATE_LIMITED = "RATE_LIMITED";

    private Failures() {}

    /**
     * The exception of a port for a failed call.
     *
     * @param service the name of the service that was called
     */
    static RuntimeException of(String service, Throwable failure) {
        if (WRONG_TYPE.contains(reason(failure))) {
            return new WrongTypeException("the " + service + " service: " + failure.getMessage());
        }
        Status status = Status.fromThrowable(failure);
        return switch (status.getCode()) {
            // The service understood the call and did nothing: to repeat it would not help.
            case INVALID_ARGUMENT, FAILED_PRECONDITION, OUT_OF_RANGE, INTERNAL, DATA_LOSS, NOT_FOUND ->
                new IllegalStateException("the " + service + " service refused: " + described(status), failure);
            default -> unavailable(service, failure);
        };
    }

    /** Whether a rate limit refused more than it ever lets pass at once: then time does not help. */
    static boolean isBeyondALimit(Throwable failure) {
        com.google.rpc.Status status = StatusProto.fromThrowable(failure);
        return status != null && reason(failure).equals(RATE_LIMITED)
                && status.getDetailsList().stream().noneMatch(detail -> detail.is(RetryInfo.class));
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
    static StoreUnavailableException unavailable(String service, Throwable failure) {
        return new StoreUnavailableException(
                "the " + service + " service is not available: " + described(Status.fromThrowable(failure)), failure);
    }

    private static String described(Status status) {
        return status.getDescription() == null
                ? status.getCode().toString()
                : status.getCode() + " " + status.getDescription();
    }
}
