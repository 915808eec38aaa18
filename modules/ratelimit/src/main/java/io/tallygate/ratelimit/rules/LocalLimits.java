package io.tallygate.ratelimit.rules;

import io.tallygate.kernel.StoreUnavailableException;
import io.tallygate.ratelimit.Claim;
import io.tallygate.ratelimit.Lease;
import io.tallygate.ratelimit.LimitDecision;
import io.tallygate.ratelimit.RateLimitDecision;
import io.tallygate.ratelimit.RateLimitRequest;
import io.tallygate.ratelimit.RateLimitStore;
import io.tallygate.ratelimit.Source;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * What decides while the store is away: each rule's {@code on_failure}, and for those that say {@code local} the memory of
 * this process, which counts anew in each outage, up to this process's share of the limits. Thread-safe.
 */
final class LocalLimits {

    /** What ids of leases begin with that this process alone knows. */
    static final String LEASE = "local.";

    private final RateLimitStore store;
    private final Shares shares;
    private final Outages outages;

    /**
     * Limits of this process.
     *
     * @param store in memory: it answers at once
     */
    LocalLimits(RateLimitStore store, Shares shares, Outages outages) {
        this.store = store;
        this.shares = shares;
        this.outages = outages;
    }

    /** Decides a plan for which the store had no answer. */
    CompletableFuture<CheckResult> decide(Plan plan, Throwable failure) {
        if (plan.counted().stream().anyMatch(LocalLimits::isError)) {
            return CompletableFuture.failedFuture(
                    new StoreUnavailableException("the store of rate limits does not answer", failure));
        }
        List<Claim> claims = claims(plan, List.of(prefix(outages.failed())));
        if (claims.isEmpty()) {
            return CompletableFuture.completedFuture(result(plan, null));
        }
        RateLimitRequest request = plan.request(claims);
        // Without an answer of this store either, as when it is full, what is to be decided locally is let through.
        return store.take(plan.isAllOrNothing() && isDenied(plan) ? request.looking() : request).toCompletableFuture()
                .handle((decision, none) -> result(plan, decision));
    }

    /** Says that the store has answered, so that a later outage is another one. */
    void storeAnswered() {
        outages.answered();
    }

    private List<Claim> claims(Plan plan, List<String> prefix) {
        List<Claim> claims = new ArrayList<>();
        for (Planned descriptor : plan.counted()) {
            if (isLocal(descriptor)) {
                claims.addAll(descriptor.claims(prefix, shares::of));
            }
        }
        return claims;
    }

    /** A rule that only reports fails nothing either. */
    private static boolean isError(Planned descriptor) {
        return descriptor.rule().onFailure() == OnFailure.ERROR && !descriptor.isShadow();
    }

    private static boolean isLocal(Planned descriptor) {
        return descriptor.rule().onFailure() == OnFailure.LOCAL;
    }

    /** Whether a rule refuses the whole check, whatever is counted. */
    private static boolean isDenied(Plan plan) {
        return plan.counted().stream().anyMatch(descriptor -> descriptor.enforces() && !isLetThrough(plan, descriptor));
    }

    private static boolean isLetThrough(Plan plan, Planned descriptor) {
        return descriptor.rule().onFailure() != OnFailure.DENY || plan.check().force()
                || descriptor.descriptor().hits() < 0;
    }

    private CheckResult result(Plan plan, @Nullable RateLimitDecision decision) {
        List<LimitDecision> decisions = decision == null ? List.of() : decision.limits();
        List<DescriptorReport> reports = new ArrayList<>();
        int next = 0;
        for (Planned descriptor : plan.counted()) {
            if (decision != null && isLocal(descriptor)) {
                int end = next + descriptor.rule().limits().size();
                reports.add(descriptor.decided(decisions.subList(next, end), plan.metrics()));
                next = end;
            } else {
                reports.add(descriptor.assumed(isLetThrough(plan, descriptor), plan.metrics()));
            }
        }
        Optional<Lease> lease = decision == null ? Optional.empty() : decision.lease();
        CheckResult result = plan.result(decision == null ? Source.POLICY : Source.LOCAL,
                lease.map(taken -> new Lease(LEASE + taken.id(), taken.expiresAt())), reports);
        if (!result.allowed()) {
            lease.ifPresent(taken -> store.release(taken.id()));
        }
        return result;
    }

    /** Forgets what this outage, or the last one, has counted. */
    CompletionStage<Void> reset(Plan plan) {
        return store.reset(plan.keys(List.of(prefix(outages.last()))));
    }

    CompletionStage<Optional<Instant>> renew(String leaseId) {
        return store.renew(leaseId.substring(LEASE.length()));
    }

    CompletionStage<Void> release(String leaseId) {
        return store.release(leaseId.substring(LEASE.length()));
    }

    private static String prefix(long outage) {
        return Long.toString(outage);
    }
}
