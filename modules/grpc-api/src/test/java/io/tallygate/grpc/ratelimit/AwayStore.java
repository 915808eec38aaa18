package io.tallygate.grpc.ratelimit;

import io.tallygate.kernel.StoreUnavailableException;
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

/** A store that never answers in time. */
final class AwayStore implements RateLimitStore {

    private static <T> CompletionStage<T> away() {
        return CompletableFuture.failedStage(new StoreUnavailableException("away", new IllegalStateException()));
    }

    @Override
    public Precision precision() {
        return Precision.MEMORY;
    }

    @Override
    public CompletionStage<RateLimitDecision> take(RateLimitRequest request) {
        return away();
    }

    @Override
    public CompletionStage<Void> reset(List<LimitKey> keys) {
        return away();
    }

    @Override
    public CompletionStage<Optional<Instant>> renew(String leaseId) {
        return away();
    }

    @Override
    public CompletionStage<Void> release(String leaseId) {
        return away();
    }

    @Override
    public void close() {}
}
