package io.tallygate.grpc.client;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.BadRequest;
import io.grpc.Status;
import io.grpc.protobuf.StatusProto;
import io.tallygate.event.EventProblem;
import io.tallygate.kernel.DomainProblemException;
import io.tallygate.kernel.InvalidInputException;
import io.tallygate.ledger.WrongTypeException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the event service refuses, in the words of events' port. */
final class EventFailures {

    /** How a violation ends whose field held something. */
    private static final Pattern HELD = Pattern.compile("(?s)(.*), not \"(.*)\"");

    private EventFailures() {}

    /** The exception of the port for one that {@link Failures} has made of a failed call; itself for what is neither. */
    static RuntimeException inTermsOfEvents(RuntimeException failure) {
        if (failure instanceof WrongTypeException) {
            return new DomainProblemException(EventProblem.WRONG_TYPE, "the store of the event service holds something"
                    + " else in the place of what events keep; its log says more", failure);
        }
        Throwable call = failure.getCause();
        if (!(failure instanceof IllegalStateException) || call == null) {
            return failure;
        }
        return violation(call).map(RuntimeException.class::cast).or(() -> problem(call)).orElse(failure);
    }

    private static Optional<RuntimeException> problem(Throwable call) {
        String reason = Failures.reason(call);
        String detail = String.valueOf(Status.fromThrowable(call).getDescription());
        return Arrays.stream(EventProblem.values())
                .filter(kind -> kind.slug().toUpperCase(Locale.ROOT).replace('-', '_').equals(reason)).findFirst()
                .map(kind -> new DomainProblemException(kind, detail));
    }

    /** The first one, because the port tells one. */
    private static Optional<InvalidInputException> violation(Throwable call) {
        com.google.rpc.Status status = StatusProto.fromThrowable(call);
        if (status == null) {
            return Optional.empty();
        }
        for (Any detail : status.getDetailsList()) {
            if (detail.is(BadRequest.class)) {
                try {
                    return detail.unpack(BadRequest.class).getFieldViolationsList().stream().findFirst()
                            .map(EventFailures::violation);
                } catch (InvalidProtocolBufferException e) {
                    return Optional.empty();
                }
            }
        }
        return Optional.empty();
    }

    private static InvalidInputException violation(BadRequest.FieldViolation violation) {
        Matcher held = HELD.matcher(violation.getDescription());
        return held.matches()
                ? new InvalidInputException(violation.getField(), held.group(2), held.group(1))
                : new InvalidInputException(violation.getField(), "", violation.getDescription());
    }
}
