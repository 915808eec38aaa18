package io.tallygate.grpc.client;

import io.tallygate.kernel.OverloadedException;
import io.tallygate.kernel.StoreUnavailableException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes one call of many questions: what is asked while as many calls as may be are on their way waits, and shares the next
 * one. A question that has waited too long is not sent any more. Thread-safe; no method blocks.
 *
 * @param <Q> a question
 * @param <A> its answer
 */
final class SharedCalls<Q, A> {

    /** The most questions in a call. */
    static final int TOGETHER_MAX = 1_000;
    private static final int WAITING_MAX = 10_000;

    private record Waiting<Q, A>(Q question, long since, CompletableFuture<A> answer) {}

    private final Function<List<Q>, CompletionStage<List<A>>> call;
    private final int callsMax;
    private final Duration waitMax;
    private final LongSupplier nanos;
    /** Guarded by this, as is what follows. */
    private final ArrayDeque<Waiting<Q, A>> waiting = new ArrayDeque<>();
    private int underway;

    /**
     * @param call     answers all questions of a call, in order
     * @param callsMax how many may be on their way
     * @param waitMax  how long a question may wait for its call to begin
     * @param nanos    a clock such as {@link System#nanoTime}
     */
    SharedCalls(Function<List<Q>, CompletionStage<List<A>>> call, int callsMax, Duration waitMax, LongSupplier nanos) {
        this.call = call;
        this.callsMax = callsMax;
        this.waitMax = waitMax;
        this.nanos = nanos;
    }

    /** Fails with an {@link io.tallygate.kernel.UnavailableException} or as the call does. */
    CompletableFuture<A> ask(Q question) {
        var asked = new Waiting<Q, A>(question, nanos.getAsLong(), new CompletableFuture<>());
        synchronized (this) {
            if (waiting.size() >= WAITING_MAX) {
                return CompletableFuture.failedFuture(new OverloadedException(WAITING_MAX));
            }
            waiting.add(asked);
        }
        sendNext();
        return asked.answer;
    }

    private void sendNext() {
        List<Waiting<Q, A>> expired = new ArrayList<>();
        List<Waiting<Q, A>> together = next(expired);
        expired.forEach(late -> late.answer.completeExceptionally(new StoreUnavailableException(
                "no call was free within " + waitMax, new TimeoutException())));
        if (together.isEmpty()) {
            return;
        }
        CompletionStage<List<A>> answers;
        try {
            answers = call.apply(together.stream().map(Waiting::question).toList());
        } catch (RuntimeException e) {
            answers = CompletableFuture.failedStage(e);
        }
        answers.whenComplete((all, failure) -> {
            synchronized (this) {
                underway--;
            }
            answer(together, all, failure);
            sendNext();
        });
    }

    private synchronized List<Waiting<Q, A>> next(List<Waiting<Q, A>> expired) {
        List<Waiting<Q, A>> together = new ArrayList<>();
        if (underway < callsMax) {
            long now = nanos.getAsLong();
            while (!waiting.isEmpty() && together.size() < TOGETHER_MAX) {
                Waiting<Q, A> first = waiting.remove();
                (now - first.since > waitMax.toNanos() ? expired : together).add(first);
            }
            underway += together.isEmpty() ? 0 : 1;
        }
        return together;
    }

    private void answer(List<Waiting<Q, A>> together, @Nullable List<A> answers, @Nullable Throwable failure) {
        for (int i = 0; i < together.size(); i++) {
            if (answers != null && i < answers.size()) {
                together.get(i).answer.complete(answers.get(i));
            } else {
                together.get(i).answer.completeExceptionally(
                        failure == null ? new IllegalStateException("the service left answers out") : failure);
            }
        }
    }
}
