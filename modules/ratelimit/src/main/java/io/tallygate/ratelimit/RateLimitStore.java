package io.tallygate.ratelimit;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Where the state of rate limits is kept, and decided on. Thread-safe; no method blocks.
 *
 * <p>A stage fails with an {@link io.tallygate.kernel.UnavailableException} when the store does not answer, and with a
 * {@link LimitStoreFullException} when it has no room: then each rule's {@code on_failure} decides.
 */
public interface RateLimitStore extends AutoCloseable {

    /** The fewest bytes that are of use to a store in memory: 16 MiB. */
    long MEMORY_MIN = 16L << 20;

    /** What the limits of its requests are made with. */
    Precision precision();

    /** Decides all claims of a request at one moment, and counts what takes effect. */
    CompletionStage<RateLimitDecision> take(RateLimitRequest request);

    /** Says what {@link #take} would say, and counts nothing. */
    default CompletionStage<RateLimitDecision> peek(RateLimitRequest request) {
        return take(request.looking());
    }

    /** Gives the hits of a request back, of each claim at most what counts now. */
    default CompletionStage<RateLimitDecision> refund(RateLimitRequest request) {
        return take(request.givenBack());
    }

    /** Forgets what was counted for keys, leases included. */
    CompletionStage<Void> reset(List<LimitKey> keys);

    /**
     * Lets a lease begin anew. Idempotent.
     *
     * @return when it will end; empty when it has ended already, or never was
     */
    CompletionStage<Optional<Instant>> renew(String leaseId);

    /** Ends a lease, if it has not ended. Idempotent. */
    CompletionStage<Void> release(String leaseId);

    /**
     * How many processes decide by this store, this one among them, when it was last known; 1 where that never was. While the
     * store is away each of them may use its part of the limits.
     */
    default int instances() {
        return 1;
    }

    @Override
    void close();

    /**
     * A store in the memory of this process, empty and kept nowhere. Every stage that it returns is done.
     *
     * @param bytesMax how many bytes it may take, at least {@link #MEMORY_MIN}
     */
    static RateLimitStore inMemory(long bytesMax, InstantSource clock) {
        return new MemoryStore(bytesMax, new EpochNanos(clock));
    }
}
