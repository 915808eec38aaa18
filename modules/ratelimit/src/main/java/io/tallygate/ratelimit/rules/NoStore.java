package io.tallygate.ratelimit.rules;

import io.tallygate.ratelimit.LimitKey;
import io.tallygate.ratelimit.Precision;
import io.tallygate.ratelimit.RateLimitDecision;
import io.tallygate.ratelimit.RateLimitRequest;
import io.tallygate.ratelimit.RateLimitStore;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Counts nothing: a process without memory of its own lets through what it is to decide while the store is away. */
final class NoStore implements RateLimitStore {

    @Override
    public Precision precision() {
        return Precision.MEMORY;
    }

    @Override
    public CompletionStage<RateLimitDecision> take(RateLimitRequest request) {
        return CompletableFuture.failedFuture(new StoreCalls.NoAnswerException("nothing is counted here"));
    }

    @Override
    public CompletionStage<Void> reset(List<LimitKey> keys) {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<Optional<Instant>> renew(String leaseId) {
        return CompletableFuture.completedFuture(Optional.empty());
    }

    @Override
    public CompletionStage<Void> release(String leaseId) {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public void close() {
        // There is nothing to end.
    }
}
