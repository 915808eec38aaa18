package io.tallygate.ratelimit.rules;

import io.tallygate.ratelimit.Algorithm;
import io.tallygate.ratelimit.Claim;
import io.tallygate.ratelimit.LimitDecision;
import io.tallygate.ratelimit.LimitKey;
import io.tallygate.ratelimit.RateLimitDecision;
import io.tallygate.ratelimit.RateLimitStore;
import io.tallygate.ratelimit.Source;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/**
 * Rate limits, as callers use them: finds the rules for a check, asks the store once for all of its limits, and reports on
 * each descriptor. Thread-safe; no method blocks.
 *
 * <p>When the store does not answer within the deadline, or has no room, each rule's {@code on_failure} decides. An answer
 * that comes later is dropped, and what it counted stays counted. A store that keeps failing is not asked at all for a
 * while (ten failures in a row, or half of a second's calls).
 */
public final class RateLimits {

    private final RuleBook book;
    private final RateLimitStore store;
    private final StoreCalls calls;
    private final LocalLimits local;
    private final RateLimitCounts counts;
    private final MetricKeys metrics = new MetricKeys();

    /**
     * Limits by the rules of a book.
     *
     * @param store   counts for all processes; closed by whoever made it, as is {@code local}
     * @param local   counts in memory for this process alone, while the store is away
     * @param share   the part of each limit that this process may use meanwhile, above 0 and at most 1
     * @param timeout how long to wait for the store
     * @param nanos   a clock such as {@link System#nanoTime}
     */
    public RateLimits(RuleBook book, RateLimitStore store, RateLimitStore local, DoubleSupplier share, Duration timeout,
            Alarm alarm, LongSupplier nanos) {
        this(book, store, local, share, timeout, alarm, new RateLimitCounts(), nanos);
    }

    /** The same, which tells what it decides. */
    RateLimits(RuleBook book, RateLimitStore store, RateLimitStore local, DoubleSupplier share, Duration timeout,
            Alarm alarm, RateLimitCounts counts, LongSupplier nanos) {
        this.counts = counts;
        this.book = book;
        this.store = store;
        this.calls = new StoreCalls(store, timeout, alarm, nanos);
        this.local = new LocalLimits(local, new Shares(share, local.precision()), new Outages(nanos));
    }

    /**
     * Counts the hits of a check, where its limits let it pass, and says whether they do. A stage fails with an
     * {@link io.tallygate.kernel.UnavailableException} where a rule wants that when the store does not answer.
     *
     * @throws io.tallygate.kernel.InvalidInputException when there are more limits than can be decided at once, a
     *                                                   descriptor's own limit cannot be counted, or permits are given
     *                                                   back that a lease holds
     */
    public CompletionStage<CheckResult> check(Check check) {
        Plan plan = Plan.of(check, book.rules(), metrics, store.precision());
        List<Claim> claims = plan.claims();
        if (claims.isEmpty()) {
            return CompletableFuture.completedFuture(counted(plan.result(Source.STORE, Optional.empty(), List.of())));
        }
        CompletableFuture<RateLimitDecision> asked = calls.take(plan.request(claims));
        if (asked.isDone() && !asked.isCompletedExceptionally()) {
            return CompletableFuture.completedFuture(decided(plan, asked.join()));
        }
        return asked.thenApply(decision -> decided(plan, decision))
                .exceptionallyCompose(failure -> local.decide(plan, failure).thenApply(this::counted));
    }

    private CheckResult counted(CheckResult result) {
        return counted(result, false);
    }

    private CheckResult counted(CheckResult result, boolean cached) {
        counts.decided(result, cached);
        return result;
    }

    private CheckResult decided(Plan plan, RateLimitDecision decision) {
        CheckResult result = plan.decided(decision);
        if (!decision.cached()) {
            local.storeAnswered();
        }
        if (!result.allowed()) {
            decision.lease().ifPresent(lease -> store.release(lease.id()));
            if (decision.allowed() && plan.isAllOrNothing()) {
                giveBack(plan, decision);
            }
        }
        return counted(result, decision.cached());
    }

    /**
     * Only quotas refused the check, and all of them together, which a store does not know: what the other limits counted
     * is given back. Nobody waits for that.
     */
    private void giveBack(Plan plan, RateLimitDecision decision) {
        List<Claim> counted = decision.limits().stream().filter(LimitDecision::allowed).map(LimitDecision::claim)
                .filter(claim -> claim.hits() > 0)
                .filter(claim -> decision.lease().isEmpty() || claim.limit().algorithm() != Algorithm.CONCURRENCY)
                .toList();
        if (!counted.isEmpty()) {
            store.refund(plan.request(counted));
        }
    }

    /** Forgets what was counted for the limits that these descriptors find. */
    public CompletionStage<Void> reset(String domain, List<Descriptor> descriptors) {
        Plan plan = Plan.of(Check.of(domain, descriptors), book.rules(), metrics, store.precision());
        List<LimitKey> keys = plan.keys(List.of());
        if (keys.isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        return store.reset(keys).thenCompose(done -> local.reset(plan));
    }

    /** Lets a lease begin anew, and says when it will end; empty when it has ended, or never was. */
    public CompletionStage<Optional<Instant>> renew(String leaseId) {
        return leaseId.startsWith(LocalLimits.LEASE) ? local.renew(leaseId) : store.renew(leaseId);
    }

    /** Ends a lease, if it has not ended. */
    public CompletionStage<Void> release(String leaseId) {
        return leaseId.startsWith(LocalLimits.LEASE) ? local.release(leaseId) : store.release(leaseId);
    }

    /** Whether the store is not asked, because it kept failing. */
    public boolean isStoreAway() {
        return calls.isStopped();
    }
}
