package io.tallygate.ratelimit;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A store that others share, in front of which this process remembers for at most a second what was denied: a flood of
 * requests that are denied costs the store next to nothing. Thread-safe.
 *
 * <p>A denial is answered from here when it counts nothing anywhere: so never where a fixed window goes on counting, as
 * Envoy has it. It answers as many hits as were denied, or more, until these would pass; and never {@code concurrency}, whose
 * permits come back at any time. What another process gives back is seen when the denial is over. What this one gives back
 * or resets makes it forget all. Other numbers of a rule make another limit, for which nothing is remembered.
 *
 * <p>Implementation: the place of a key is its hash, and one that comes later takes the place.
 */
public final class CachedDenials implements RateLimitStore {

    private static final long LIFE_NANOS = Duration.ofSeconds(1).toNanos();
    private static final int PLACES = 1 << 13;
    /** With larger ones all places together could take more than some 20 MiB. */
    private static final int KEY_CHARS_MAX = 1_024;
    /** Larger requests are not worth the comparison of all of their keys. */
    private static final int CLAIMS_MAX = 16;

    private final RateLimitStore store;
    private final LongSupplier nanos;
    private final AtomicReferenceArray<@Nullable Known> places = new AtomicReferenceArray<>(PLACES);
    /** Counts what makes it forget. */
    private final AtomicLong generation = new AtomicLong();

    /**
     * What a limit said when its group was denied, which changed nothing.
     *
     * @param at    when it was, by this process's ticker
     * @param until when it is no longer known
     */
    private record Known(LimitDecision decision, long at, long until, long generation) {

        private boolean isOf(Claim claim, long now, long currentGeneration) {
            return generation == currentGeneration && now - until < 0
                    && decision.claim().limit().equals(claim.limit()) && decision.claim().key().equals(claim.key());
        }

        /** Whether it says that a claim does not fit. A list says when there is room for the hits that were asked alone. */
        private boolean denies(Claim claim) {
            long tested = decision.claim().tested();
            return !decision.allowed() && (claim.limit().algorithm() == Algorithm.SLIDING_LOG
                    ? claim.tested() == tested
                    : claim.tested() >= tested);
        }

        private LimitDecision of(Claim claim, long now) {
            boolean fits = !denies(claim) && claim.tested() <= decision.remaining();
            long later = decision.now() + (now - at) / claim.limit().tick().nanos();
            return new LimitDecision(claim, claim.tested(), fits, false, later, decision.used(), decision.at(),
                    decision.extra());
        }
    }

    /** {@code nanos} is a clock such as {@link System#nanoTime}. */
    public CachedDenials(RateLimitStore store, LongSupplier nanos) {
        this.store = store;
        this.nanos = nanos;
    }

    @Override
    public Precision precision() {
        return store.precision();
    }

    @Override
    public CompletionStage<RateLimitDecision> take(RateLimitRequest request) {
        if (givesBack(request)) {
            return forgetting(() -> store.take(request));
        }
        if (request.force() || !isRemembered(request)) {
            return store.take(request);
        }
        long asked = generation.get();
        RateLimitDecision known = known(request, asked);
        return known != null
                ? CompletableFuture.completedFuture(known)
                : store.take(request).whenComplete((decision, _) -> remember(request, decision, asked));
    }

    private static boolean givesBack(RateLimitRequest request) {
        for (Claim claim : request.claims()) {
            if (claim.hits() < 0) {
                return true;
            }
        }
        return false;
    }

    /** Whether all of its claims count, each for itself, and none of them where others are denied. */
    private static boolean isRemembered(RateLimitRequest request) {
        List<Claim> claims = request.claims();
        if (claims.size() > CLAIMS_MAX || hasKeyTwice(claims)) {
            return false;
        }
        for (int from = 0; from < claims.size(); from = request.groupEnd(from)) {
            if (request.countsOn(from, request.groupEnd(from))) {
                return false;
            }
        }
        for (Claim claim : claims) {
            if (claim.hits() == 0 || claim.limit().algorithm() == Algorithm.CONCURRENCY
                    || claim.key().text().length() > KEY_CHARS_MAX) {
                return false;
            }
        }
        return true;
    }

    private static boolean hasKeyTwice(List<Claim> claims) {
        for (int i = 1; i < claims.size(); i++) {
            for (int before = 0; before < i; before++) {
                if (claims.get(before).key().equals(claims.get(i).key())) {
                    return true;
                }
            }
        }
        return false;
    }

    /** The decision, if every group of the request is known to be denied. */
    private @Nullable RateLimitDecision known(RateLimitRequest request, long currentGeneration) {
        List<Claim> claims = request.claims();
        List<LimitDecision> decisions = new ArrayList<>(claims.size());
        long now = nanos.getAsLong();
        for (int from = 0; from < claims.size(); from = request.groupEnd(from)) {
            boolean isDenied = false;
            for (int i = from; i < request.groupEnd(from); i++) {
                Claim claim = claims.get(i);
                Known known = places.get(place(claim.key()));
                if (known == null || !known.isOf(claim, now, currentGeneration)) {
                    return null;
                }
                isDenied |= claim.enforced() && known.denies(claim);
                decisions.add(known.of(claim, now));
            }
            if (!isDenied) {
                return null;
            }
        }
        return new RateLimitDecision(false, Source.STORE, decisions, Optional.empty(), true);
    }

    private void remember(RateLimitRequest request, @Nullable RateLimitDecision decision, long asked) {
        if (decision == null || decision.allowed()) {
            return;
        }
        List<LimitDecision> limits = decision.limits();
        long now = nanos.getAsLong();
        for (int from = 0; from < limits.size(); from = request.groupEnd(from)) {
            List<LimitDecision> group = limits.subList(from, request.groupEnd(from));
            if (group.stream().anyMatch(LimitDecision::denies)) {
                for (LimitDecision limit : group) {
                    long life = Math.min(LIFE_NANOS, limit.retryAfterNanos().orElse(LIFE_NANOS));
                    places.set(place(limit.claim().key()), new Known(limit, now, now + life, asked));
                }
            }
        }
    }

    private static int place(LimitKey key) {
        int hash = key.hashCode();
        return (hash ^ hash >>> 16) & PLACES - 1;
    }

    private interface Call<T> {

        CompletionStage<T> make();
    }

    /** Nothing is remembered that was decided before the call was done. */
    private <T> CompletionStage<T> forgetting(Call<T> call) {
        generation.incrementAndGet();
        return call.make().whenComplete((_, _) -> generation.incrementAndGet());
    }

    @Override
    public CompletionStage<Void> reset(List<LimitKey> keys) {
        return forgetting(() -> store.reset(keys));
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
    public int instances() {
        return store.instances();
    }

    @Override
    public void close() {
        store.close();
    }
}
