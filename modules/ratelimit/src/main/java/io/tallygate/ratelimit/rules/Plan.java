package io.tallygate.ratelimit.rules;

import io.tallygate.kernel.InvalidInputException;
import io.tallygate.ratelimit.Algorithm;
import io.tallygate.ratelimit.Claim;
import io.tallygate.ratelimit.Counting;
import io.tallygate.ratelimit.Lease;
import io.tallygate.ratelimit.Limit;
import io.tallygate.ratelimit.LimitKey;
import io.tallygate.ratelimit.Precision;
import io.tallygate.ratelimit.RateLimitDecision;
import io.tallygate.ratelimit.RateLimitRequest;
import io.tallygate.ratelimit.Source;
import io.tallygate.ratelimit.Window;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The rules that were found for a check, and what they ask of a store together. Immutable. */
final class Plan {

    private final Check check;
    private final @Nullable DomainRules rules;
    private final MetricKeys metrics;
    /** One for each descriptor, in order: null where no rule was found. */
    private final List<@Nullable Planned> planned;
    private final Set<String> replaced;
    private final List<Planned> counted;

    private Plan(Check check, @Nullable DomainRules rules, MetricKeys metrics, List<@Nullable Planned> planned,
            Set<String> replaced) {
        this.check = check;
        this.rules = rules;
        this.metrics = metrics;
        this.planned = planned;
        this.replaced = replaced;
        this.counted = new ArrayList<>(planned.size());
        for (Planned descriptor : planned) {
            if (descriptor != null && isCounted(descriptor)) {
                counted.add(descriptor);
            }
        }
    }

    /**
     * Finds the rules for a check.
     *
     * @param precision of the store that will be asked
     * @throws InvalidInputException when there are more limits than can be decided at once, a descriptor's own limit
     *                               cannot be counted, or permits are given back that a lease holds
     */
    static Plan of(Check check, RuleSet rules, MetricKeys metrics, Precision precision) {
        DomainRules domain = rules.domain(check.domain());
        List<@Nullable Planned> planned = new ArrayList<>(check.descriptors().size());
        Set<String> replaced = Set.of();
        for (Descriptor descriptor : check.descriptors()) {
            Rule rule = domain == null ? null : rule(domain, descriptor, precision);
            if (domain == null || rule == null) {
                planned.add(null);
                continue;
            }
            planned.add(new Planned(domain, planned.size(), descriptor, rule));
            if (!rule.replaces().isEmpty()) {
                replaced = replaced.isEmpty() ? new HashSet<>() : replaced;
                replaced.addAll(rule.replaces());
            }
        }
        var plan = new Plan(check, domain, metrics, planned, replaced);
        plan.requireDecidable();
        return plan;
    }

    private void requireDecidable() {
        int limits = 0;
        for (Planned descriptor : counted) {
            limits += descriptor.rule().limits().size();
            long hits = descriptor.descriptor().hits();
            if (check.leased() && hits < 0 && descriptor.takesPermits()) {
                throw new InvalidInputException("hits", Long.toString(hits),
                        "must not be negative for concurrency, whose permits are given back by their lease");
            }
        }
        if (limits > RateLimitRequest.CLAIMS_MAX) {
            throw new InvalidInputException("descriptors", limits + " limits",
                    "must have at most " + RateLimitRequest.CLAIMS_MAX + " limits together");
        }
    }

    private static @Nullable Rule rule(DomainRules domain, Descriptor descriptor, Precision precision) {
        return descriptor.own().map(own -> ownRule(descriptor.entries(), own, precision))
                .orElseGet(() -> domain.find(descriptor.entries()));
    }

    private static Rule ownRule(List<DescriptorEntry> entries, OwnLimit own, Precision precision) {
        Limit limit = Limit.of(Algorithm.FIXED_WINDOW, own.requestsPerUnit(), new Window.Length(own.unit().length()),
                precision);
        List<Step> keys = entries.stream().map(entry -> new Step(entry.key(), "", false, false)).toList();
        return Rule.ofOwn(entries, RuleLimit.named(keys, limit, own.unit()));
    }

    /** The descriptors that are counted, in order. */
    List<Planned> counted() {
        return counted;
    }

    /** What they ask of a store. */
    List<Claim> claims() {
        List<Claim> claims = new ArrayList<>(counted.size());
        for (Planned descriptor : counted) {
            claims.addAll(descriptor.claims());
        }
        return claims;
    }

    private boolean isCounted(Planned descriptor) {
        return !descriptor.rule().unlimited() && !isReplaced(descriptor);
    }

    private boolean isReplaced(Planned descriptor) {
        return !replaced.isEmpty() && replaced.contains(descriptor.rule().name());
    }

    Check check() {
        return check;
    }

    boolean isAllOrNothing() {
        return rules != null && rules.allOrNothing();
    }

    /** What to ask of a store for these claims, of which there is at least one. */
    RateLimitRequest request(List<Claim> claims) {
        boolean isLeased = check.leased() && counted.stream().anyMatch(Planned::takesPermits);
        return new RateLimitRequest(claims, isAllOrNothing() ? Counting.ALL_OR_NOTHING : Counting.EACH, check.force(),
                isLeased);
    }

    /** The names of the states of all limits that are counted. */
    List<LimitKey> keys(List<String> prefix) {
        return counted.stream().flatMap(descriptor -> descriptor.keys(prefix).stream()).toList();
    }

    /** The answer by what a store decided on the claims of what is counted. */
    CheckResult decided(RateLimitDecision decision) {
        List<DescriptorReport> reports = new ArrayList<>(counted.size());
        int next = 0;
        for (Planned descriptor : counted) {
            int end = next + descriptor.rule().limits().size();
            reports.add(descriptor.decided(decision.limits().subList(next, end), metrics));
            next = end;
        }
        return result(decision.source(), decision.lease(), reports);
    }

    /**
     * The answer.
     *
     * @param countedReports one for each descriptor that is counted, in order
     */
    CheckResult result(Source source, Optional<Lease> lease, List<DescriptorReport> countedReports) {
        Iterator<DescriptorReport> next = countedReports.iterator();
        List<DescriptorReport> reports = new ArrayList<>(planned.size());
        for (Planned descriptor : planned) {
            if (descriptor == null) {
                reports.add(DescriptorReport.NO_RULE);
            } else if (descriptor.rule().unlimited()) {
                reports.add(descriptor.uncounted(Outcome.UNLIMITED, metrics));
            } else if (isReplaced(descriptor)) {
                reports.add(descriptor.uncounted(Outcome.REPLACED, metrics));
            } else {
                reports.add(next.next());
            }
        }
        boolean isAllowed = (rules != null && rules.shadow()) || !CheckResult.isRefused(reports);
        return new CheckResult(isAllowed, source, reports, isAllowed ? lease : Optional.empty());
    }

    MetricKeys metrics() {
        return metrics;
    }
}
