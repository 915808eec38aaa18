package io.tallygate.grpc.ratelimit;

import io.tallygate.ratelimit.LimitKey;
import io.tallygate.ratelimit.Precision;
import io.tallygate.ratelimit.RateLimitDecision;
import io.tallygate.ratelimit.RateLimitRequest;
import io.tallygate.ratelimit.RateLimitStore;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/** A store that answers after a while, on another thread. */
final class LateStore implements RateLimitStore {

    private final RateLimitStore store = RateLimitStore.inMemory(MEMORY_MIN, InstantSource.system());

    @Override
    public Precision precision() {
        return store.precision();
    }

    @Override
    public CompletionStage<RateLimitDecision> take(RateLimitRequest request) {
        return CompletableFuture.supplyAsync(() -> store.take(request).toCompletableFuture().join(),
                CompletableFuture.delayedExecutor(20, TimeUnit.MILLISECONDS));
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
