package io.tallygate.ratelimit.rules;

import io.tallygate.kernel.Reasons;
import io.tallygate.kernel.StageFailures;
import io.tallygate.ratelimit.LimitStoreFullException;
import io.tallygate.ratelimit.RateLimitDecision;
import io.tallygate.ratelimit.RateLimitRequest;
import io.tallygate.ratelimit.RateLimitStore;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Calls of a store, each with a deadline, and none for a while when too many fail. Thread-safe. */
final class StoreCalls {

    private static final Logger LOG = LoggerFactory.getLogger(StoreCalls.class);

    /** A call that was not made, or not answered in time. Carries no stack trace: it is made at the rate of the traffic. */
    static final class NoAnswerException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        NoAnswerException(String message) {
            super(message, null, false, false);
        }
    }

    private final RateLimitStore store;
    private final Duration timeout;
    private final Alarm alarm;
    private final Breaker breaker;

    StoreCalls(RateLimitStore store, Duration timeout, Alarm alarm, LongSupplier nanos) {
        this.store = store;
        this.timeout = timeout;
        this.alarm = alarm;
        this.breaker = new Breaker(nanos);
    }

    /** The store's decision; fails at the latest when the deadline is over. A store in memory costs no more than itself. */
    CompletableFuture<RateLimitDecision> take(RateLimitRequest request) {
        if (!breaker.allows()) {
            return CompletableFuture.failedFuture(new NoAnswerException("the store is not asked, as it kept failing"));
        }
        CompletableFuture<RateLimitDecision> answer = answer(request);
        if (answer.isDone() && !answer.isCompletedExceptionally() && !breaker.isOpen()) {
            return answer;
        }
        return withDeadline(answer);
    }

    private CompletableFuture<RateLimitDecision> withDeadline(CompletionStage<RateLimitDecision> answer) {
        var result = new CompletableFuture<RateLimitDecision>();
        Runnable cancel = alarm.after(timeout,
                () -> fail(result, new NoAnswerException("no answer within " + timeout)));
        answer.whenComplete((decision, failure) -> {
            cancel.run();
            if (failure != null) {
                fail(result, StageFailures.cause(failure));
            } else if (!result.complete(decision)) {
                dropLate(decision);
            } else if (!decision.cached() && breaker.succeeded()) {
                LOG.info("The store of rate limits answers again");
            }
        });
        return result;
    }

    /** What a late answer counted stays counted; permits that nobody knows of need not be held. */
    private void dropLate(RateLimitDecision decision) {
        decision.lease().ifPresent(lease -> store.release(lease.id()));
    }

    private CompletableFuture<RateLimitDecision> answer(RateLimitRequest request) {
        try {
            return store.take(request).toCompletableFuture();
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private void fail(CompletableFuture<RateLimitDecision> result, Throwable failure) {
        boolean isFirst = result.completeExceptionally(failure);
        // A store that is full has answered.
        boolean isAnswer = failure instanceof LimitStoreFullException;
        if (isFirst && !isAnswer && breaker.failed()) {
            LOG.warn("The store of rate limits keeps failing, and each rule's on_failure decides: {}",
                    Reasons.of(failure));
        }
    }

    /** Whether the store is not asked now. */
    boolean isStopped() {
        return breaker.isOpen();
    }
}
