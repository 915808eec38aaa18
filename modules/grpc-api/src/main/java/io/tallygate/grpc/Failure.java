package io.tallygate.grpc;

import com.google.protobuf.Any;
import com.google.protobuf.Message;
import com.google.rpc.BadRequest;
import com.google.rpc.BadRequest.FieldViolation;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.tallygate.kernel.Asked;
import io.tallygate.kernel.CommitTimeoutException;
import io.tallygate.kernel.DegradedException;
import io.tallygate.kernel.DomainProblemException;
import io.tallygate.kernel.GeneralProblem;
import io.tallygate.kernel.InvalidInputException;
import io.tallygate.kernel.OverloadedException;
import io.tallygate.kernel.ProblemKind;
import io.tallygate.kernel.ShuttingDownException;
import io.tallygate.kernel.StoreUnavailableException;
import io.tallygate.kernel.UnavailableException;
import io.tallygate.kernel.UnknownOutcomeException;
import io.tallygate.ledger.ForeignFlushException;
import io.tallygate.ledger.StaleFlushException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletionException;

/**
 * An error as a caller sees it.
 *
 * @param message    what happened this time; never anything of the server's insides
 * @param errors     the fields that break a rule, when that is the reason
 * @param retryAfter when to come again; zero for what time does not cure
 * @param outcome    whether it is known what became of a write
 * @param replayed   whether it was decided for an earlier request, of which this one is a repetition
 * @param details    what its kind alone tells, behind what every error does; so small that together they fit into trailers
 */
public record Failure(ProblemKind kind, String message, List<InvalidInputException> errors, Duration retryAfter,
        Outcome outcome, boolean replayed, List<Message> details) {

    static final String DOMAIN = "tallygate";
    static final String OUTCOME = "outcome";
    private static final String REPLAYED = "replayed";

    private Failure(ProblemKind kind, String message, List<InvalidInputException> errors, Duration retryAfter,
            Outcome outcome) {
        this(kind, message, errors, retryAfter, outcome, false, List.of());
    }

    /** What became of a write that was answered with an error. */
    public enum Outcome {
        /** Nothing was changed. */
        UNCHANGED,
        /** It may have been applied, or still be. */
        UNKNOWN
    }

    /** What {@link #details} may have altogether. */
    public static final int DETAILS_BYTES_MAX = 4 * 1024;

    /** Clients take trailers of 8 KiB, in which details are in base64; the message says how many fields there are. */
    private static final int VIOLATIONS_BYTES_MAX = 4 * 1024;
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    /** One that is of no field, that time does not cure and after which nothing was changed. */
    public static Failure of(ProblemKind kind, String message) {
        return new Failure(kind, message, List.of(), Duration.ZERO, Outcome.UNCHANGED);
    }

    /** The same as one that time cures after so long; zero where it does not. */
    public Failure curedAfter(Duration wait) {
        return new Failure(kind, message, errors, wait, outcome, replayed, details);
    }

    /** The same with details of its kind. */
    public Failure with(Message... more) {
        return new Failure(kind, message, errors, retryAfter, outcome, replayed, List.of(more));
    }

    /** The same as that of a request which has a name. */
    public Failure replayed(boolean ofRepetition) {
        return new Failure(kind, message, errors, retryAfter, outcome, ofRepetition, details);
    }

    /** One that time cures. */
    public static Failure temporary(ProblemKind kind, String message) {
        return new Failure(kind, message, List.of(), RETRY_AFTER, Outcome.UNCHANGED);
    }

    /**
     * Fields that break a rule.
     *
     * @param errors at least one
     */
    public static Failure invalid(List<InvalidInputException> errors) {
        String others = errors.size() == 1 ? "" : ", and " + (errors.size() - 1) + " more";
        return new Failure(GeneralProblem.INVALID_INPUT, errors.getFirst().getMessage() + others, errors, Duration.ZERO,
                Outcome.UNCHANGED);
    }

    /** The request id belongs to another request. */
    public static Failure keyReused() {
        return of(GeneralProblem.IDEMPOTENCY_KEY_REUSED,
                "the request_id was used in the last 24 hours for a request with other content; nothing was changed");
    }

    /** What a failure is to a caller. A failure that is not one of ours becomes an internal error without detail. */
    static Failure from(Throwable cause, Asked asked) {
        return switch (cause) {
            case CompletionException wrapper when wrapper.getCause() != null -> from(wrapper.getCause(), asked);
            case RefusedException refused -> refused.failure();
            case InvalidInputException invalid -> invalid(List.of(invalid));
            case InvalidRequestException invalid -> invalid(invalid.errors());
            case UnavailableException unavailable -> unavailable(unavailable, asked);
            case DomainProblemException known -> of(known.kind(), known.detail()).replayed(known.replayed());
            case ForeignFlushException _ -> of(GrpcProblem.FOREIGN_FLUSH,
                    "the number belongs to another flush of this writer; nothing was changed");
            case StaleFlushException _ -> of(GrpcProblem.STALE_FLUSH,
                    "a later flush of this writer was applied before; nothing was changed");
            default ->
                new Failure(GeneralProblem.INTERNAL_ERROR, "the server could not answer; its log says why", List.of(),
                        Duration.ZERO, unlessRead(asked, Outcome.UNKNOWN));
        };
    }

    private static Failure unavailable(UnavailableException unavailable, Asked asked) {
        Outcome outcome = switch (unavailable) {
            case DegradedException _,OverloadedException _,ShuttingDownException _ -> Outcome.UNCHANGED;
            case CommitTimeoutException _,StoreUnavailableException _,UnknownOutcomeException _ ->
                unlessRead(asked, Outcome.UNKNOWN);
        };
        return new Failure(unavailable.kind(), asked.told(unavailable, "request_id"), List.of(),
                unavailable.retryAfter(), outcome);
    }

    private static Outcome unlessRead(Asked asked, Outcome outcome) {
        return asked == Asked.READ ? Outcome.UNCHANGED : outcome;
    }

    /** The slug as gRPC writes names, such as {@code NOT_FOUND}. */
    public String reason() {
        return kind.slug().toUpperCase(Locale.ROOT).replace('-', '_');
    }

    /** A new kind needs no code here, only its category. */
    private Status.Code code() {
        return switch (kind.category()) {
            case INVALID -> Status.Code.INVALID_ARGUMENT;
            case UNAUTHENTICATED -> Status.Code.UNAUTHENTICATED;
            case FORBIDDEN -> Status.Code.PERMISSION_DENIED;
            case NOT_FOUND -> Status.Code.NOT_FOUND;
            case CONFLICT, NOT_SET_UP -> Status.Code.FAILED_PRECONDITION;
            case OUT_OF_RANGE -> Status.Code.OUT_OF_RANGE;
            case PRECONDITION, SUPERSEDED -> Status.Code.ABORTED;
            case KEY_REUSED -> Status.Code.ALREADY_EXISTS;
            case LIMITED, OVERLOADED -> Status.Code.RESOURCE_EXHAUSTED;
            case NOT_SUPPORTED -> Status.Code.UNIMPLEMENTED;
            case INTERNAL -> Status.Code.INTERNAL;
            case TIMEOUT -> Status.Code.DEADLINE_EXCEEDED;
            case UNAVAILABLE -> Status.Code.UNAVAILABLE;
        };
    }

    /** What the call ends with. */
    public StatusRuntimeException exception() {
        return exception(code());
    }

    /** The same kind under a code of its own. */
    public StatusRuntimeException exception(Status.Code code) {
        var info = ErrorInfo.newBuilder().setDomain(DOMAIN).setReason(reason()).putMetadata(OUTCOME, outcome.name());
        if (replayed) {
            info.putMetadata(REPLAYED, "true");
        }
        var status = com.google.rpc.Status.newBuilder().setCode(code.value()).setMessage(message)
                .addDetails(pack(info.build()));
        if (!errors.isEmpty()) {
            status.addDetails(pack(BadRequest.newBuilder().addAllFieldViolations(violationsThatFit()).build()));
        }
        if (!retryAfter.isZero()) {
            status.addDetails(pack(RetryInfo.newBuilder().setRetryDelay(com.google.protobuf.Duration.newBuilder()
                    .setSeconds(retryAfter.getSeconds()).setNanos(retryAfter.getNano())).build()));
        }
        details.forEach(detail -> status.addDetails(pack(detail)));
        return StatusProto.toStatusRuntimeException(status.build());
    }

    /** One for each broken field. */
    public List<FieldViolation> violations() {
        return errors.stream().map(this::violation).toList();
    }

    private FieldViolation violation(InvalidInputException error) {
        return FieldViolation.newBuilder().setField(error.field()).setDescription(description(error))
                .setReason(reason()).build();
    }

    private List<FieldViolation> violationsThatFit() {
        var fitting = new ArrayList<FieldViolation>();
        int bytes = 0;
        for (InvalidInputException error : errors) {
            FieldViolation violation = violation(error);
            bytes += violation.getSerializedSize();
            if (bytes > VIOLATIONS_BYTES_MAX) {
                break;
            }
            fitting.add(violation);
        }
        return fitting;
    }

    /** The rule, and what the field held when it held something. */
    private static String description(InvalidInputException error) {
        return error.value().isEmpty() ? error.rule() : error.rule() + ", not \"" + error.value() + '"';
    }

    private static Any pack(Message detail) {
        return Any.pack(detail);
    }
}
