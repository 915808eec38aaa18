package io.tallygate.ratelimit.rules;

import io.tallygate.ratelimit.LimitKey;
import io.tallygate.ratelimit.Precision;
import io.tallygate.ratelimit.RateLimitDecision;
import io.tallygate.ratelimit.RateLimitRequest;
import io.tallygate.ratelimit.RateLimitStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A real store whose answers a test can keep back, or turn into failures. For one thread. */
final class StoppableStore implements RateLimitStore {

    private record Kept(CompletableFuture<RateLimitDecision> answer, RateLimitDecision decision) {}

    private final RateLimitStore store;
    private final List<Kept> kept = new ArrayList<>();
    private boolean stopped;
    private Optional<RuntimeException> failure = Optional.empty();
    private int calls;

    StoppableStore(RateLimitStore store) {
        this.store = store;
    }

    /** From now on requests are decided and counted, and their answers kept back. */
    void stop() {
        stopped = true;
    }

    /** From now on answers are given, also those that were kept back. */
    void start() {
        stopped = false;
        kept.forEach(late -> late.answer.complete(late.decision));
        kept.clear();
    }

    void failWith(RuntimeException exception) {
        failure = Optional.of(exception);
    }

    int calls() {
        return calls;
    }

    @Override
    public Precision precision() {
        return store.precision();
    }

    @Override
    public CompletionStage<RateLimitDecision> take(RateLimitRequest request) {
        calls++;
        if (failure.isPresent()) {
            throw failure.get();
        }
        CompletionStage<RateLimitDecision> decided = store.take(request);
        if (!stopped) {
            return decided;
        }
        var answer = new CompletableFuture<RateLimitDecision>();
        kept.add(new Kept(answer, decided.toCompletableFuture().join()));
        return answer;
    }

    @Override
    public CompletionStage<Void> reset(List<LimitKey> keys) {
        return store.reset(keys);
    }

    @Override
    public CompletionStage<Optional<Instant>> renew(String leaseId) {
        return store.renew(leaseId);
    }

    @Override
    public CompletionStage<Void> release(String leaseId) {
        return store.release(leaseId);
    }

    @Override
    public void close() {
        store.close();
    }
}
