package io.tallygate.grpc;

import io.grpc.Status;

/** Every kind of error this API answers with. The names are part of the contract: those of the HTTP API's problems. */
enum Reason {
    INVALID_INPUT(Status.Code.INVALID_ARGUMENT),
    COUNTER_OVERFLOW(Status.Code.OUT_OF_RANGE),
    IDEMPOTENCY_KEY_REUSED(
            Status.Code.ALREADY_EXISTS),
    OVERLOADED(
            Status.Code.RESOURCE_EXHAUSTED),
    COMMIT_TIMEOUT(Status.Code.DEADLINE_EXCEEDED),
    SHUTTING_DOWN(
            Status.Code.UNAVAILABLE),
    STORE_UNAVAILABLE(Status.Code.UNAVAILABLE),
    UNAUTHENTICATED(
            Status.Code.UNAUTHENTICATED),
    FORBIDDEN(Status.Code.PERMISSION_DENIED),
    /** What the store holds in a counter's place is no number. */
    WRONG_TYPE(Status.Code.INTERNAL),
    /** Of {@code PeerService} alone: the flush's number belongs to another flush. */
    FOREIGN_FLUSH(Status.Code.FAILED_PRECONDITION),
    /** Of {@code PeerService} alone: a later flush of the same lane was applied. */
    STALE_FLUSH(Status.Code.FAILED_PRECONDITION),
    /** Of {@code PeerService} alone: the same, after an attempt without an answer. */
    FLUSH_OUTCOME_UNKNOWN(Status.Code.FAILED_PRECONDITION),
    /** Of streams alone: the session was taken up again elsewhere. */
    SESSION_TAKEN_OVER(Status.Code.ABORTED),
    /** Of streams alone: a frame's number belongs to a frame with other content. */
    FRAME_NUMBER_REUSED(Status.Code.ABORTED),
    INTERNAL_ERROR(Status.Code.INTERNAL);

    private final Status.Code code;

    Reason(Status.Code code) {
        this.code = code;
    }

    Status.Code code() {
        return code;
    }
}
