package io.tallygate.grpc.ratelimit;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.tallygate.grpc.Calls;
import io.tallygate.ratelimit.rules.CheckResult;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Begins calls that a question lets pass, and ends the others. */
final class GuardQuestion {

    private GuardQuestion() {}

    /** Asks, and begins the call at once where the answer is there at once. */
    static <Q, A> ServerCall.Listener<Q> ask(GuardedCall<?, ?> guarded, ServerCall<Q, A> call, Metadata headers,
            ServerCallHandler<Q, A> next, Supplier<CompletionStage<CheckResult>> question) {
        CompletableFuture<CheckResult> asked = asked(question);
        if (asked.isDone() && !asked.isCompletedExceptionally()) {
            if (asked.join().allowed()) {
                guarded.remember(asked.join());
                return next.startCall(call, headers);
            }
            settle(guarded, call, asked, () -> {});
            return new ServerCall.Listener<>() {
            };
        }
        var held = new HeldCall<>(call, headers, next, null);
        settle(guarded, call, asked, held::begin);
        return held;
    }

    static CompletableFuture<CheckResult> asked(Supplier<CompletionStage<CheckResult>> question) {
        try {
            return question.get().toCompletableFuture();
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** Begins the call when the answer lets it pass, and ends it when it does not. */
    static void settle(GuardedCall<?, ?> guarded, ServerCall<?, ?> call, CompletableFuture<CheckResult> asked,
            Runnable begin) {
        String requestId = Calls.requestId();
        var _ = asked.whenComplete((result, failure) -> {
            if (failure != null) {
                GuardRefusals.fail(call, failure, requestId);
                return;
            }
            CheckResult all = guarded.remember(result);
            if (result.allowed()) {
                begin.run();
            } else {
                GuardRefusals.refuse(call, all);
            }
        });
    }
}
