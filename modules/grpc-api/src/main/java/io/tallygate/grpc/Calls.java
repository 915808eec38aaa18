package io.tallygate.grpc;

import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.tallygate.access.Scope;
import io.tallygate.access.Token;
import io.tallygate.kernel.Asked;
import io.tallygate.kernel.GeneralProblem;
import io.tallygate.kernel.ProblemCategory;
import java.util.Locale;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Calls with one request and one answer. */
public final class Calls {

    /** The token that a call came with. */
    static final Context.Key<Token> TOKEN = Context.key("tallygate-token");
    /** What the caller calls this call in its logs. */
    static final Context.Key<String> REQUEST_ID = Context.key("tallygate-request-id");

    private static final Logger LOG = LoggerFactory.getLogger(Calls.class);

    private Calls() {}

    /** Reads the request and asks a port. */
    @FunctionalInterface
    public interface Question<T> {

        /** Throws what the request runs into before it reaches the port. */
        CompletionStage<T> ask();
    }

    /** The name of the token that this call came with; empty while no tokens are configured. */
    public static String caller() {
        Token token = TOKEN.get();
        return token == null ? "" : token.name();
    }

    /**
     * Refuses what needs more than the scopes of its method; nothing while no tokens are configured.
     *
     * @param what it is, such as {@code a limit of its own}
     * @throws RefusedException unless the token of this call has the scope
     */
    public static void require(Scope scope, String what) {
        Token token = TOKEN.get();
        if (token != null && !token.allows(scope)) {
            throw new RefusedException(Failure.of(GeneralProblem.FORBIDDEN, "the token " + token.name()
                    + " lacks the scope " + scope.name().toLowerCase(Locale.ROOT) + ", which " + what + " needs"));
        }
    }

    /** What the caller calls this call in its logs. */
    public static @Nullable String requestId() {
        return REQUEST_ID.get();
    }

    /** Answers with what a port answers, or with the error that it, or what came before it, ran into. */
    public static <T, R> void answer(StreamObserver<R> observer, Asked asked, Question<T> question,
            Function<T, R> answer) {
        if (observer instanceof ServerCallStreamObserver<R> call) {
            // Without a cancel handler gRPC throws when an answer arrives after the caller has left.
            call.setOnCancelHandler(() -> {});
        }
        String requestId = REQUEST_ID.get();
        try {
            requireTimeLeft(asked);
            question.ask().whenComplete((value, failure) -> {
                if (failure != null) {
                    fail(observer, asked, failure, requestId);
                    return;
                }
                R message;
                try {
                    message = answer.apply(value);
                } catch (RuntimeException e) {
                    fail(observer, asked, e, requestId);
                    return;
                }
                observer.onNext(message);
                observer.onCompleted();
            });
        } catch (RuntimeException e) {
            fail(observer, asked, e, requestId);
        }
    }

    /** Work whose caller has given up is not begun. */
    private static void requireTimeLeft(Asked asked) {
        Deadline deadline = Context.current().getDeadline();
        if (deadline != null && deadline.isExpired()) {
            throw Status.DEADLINE_EXCEEDED.withDescription("the deadline passed before the work began"
                    + (asked == Asked.READ ? "" : "; nothing was changed")).asRuntimeException();
        }
    }

    private static void fail(
            StreamObserver<?> observer, Asked asked, Throwable failure, @Nullable String requestId) {
        observer.onError(status(failure, asked, requestId));
    }

    /** What the caller gets. */
    public static StatusRuntimeException status(Throwable cause, Asked asked, @Nullable String requestId) {
        return cause instanceof StatusRuntimeException status ? status : failure(cause, asked, requestId).exception();
    }

    /** What a failure is to a caller; what is this server's own fault is logged here, and only here. */
    public static Failure failure(Throwable cause, Asked asked, @Nullable String requestId) {
        Failure seen = Failure.from(cause, asked);
        if (seen.kind() == GeneralProblem.INTERNAL_ERROR) {
            LOG.error("a call failed{}", named(requestId), cause);
        } else if (seen.kind().category() == ProblemCategory.INTERNAL) {
            LOG.warn("a call failed{}: {}", named(requestId), rootMessage(cause));
        }
        return seen;
    }

    private static String rootMessage(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return String.valueOf(root.getMessage());
    }

    static String named(@Nullable String requestId) {
        return requestId == null ? "" : ", request id " + requestId;
    }
}
