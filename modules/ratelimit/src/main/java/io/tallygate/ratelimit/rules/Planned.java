package io.tallygate.ratelimit.rules;

import io.tallygate.ratelimit.Algorithm;
import io.tallygate.ratelimit.Claim;
import io.tallygate.ratelimit.Limit;
import io.tallygate.ratelimit.LimitDecision;
import io.tallygate.ratelimit.LimitKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * A descriptor with the rule that was found for it.
 *
 * @param rules of the domain
 * @param group its place in the check
 */
record Planned(DomainRules rules, int group, Descriptor descriptor, Rule rule) {

    /** Whether the rule is the descriptor's own limit. */
    private boolean isOwn() {
        return descriptor.own().isPresent();
    }

    /** Whether it only counts and reports; a limit of the descriptor's own is never told to be within. */
    boolean isShadow() {
        return !isOwn() && (rules.shadow() || rule.shadow());
    }

    /** Whether a claim of it may refuse the request by itself. */
    boolean enforces() {
        return !rules.shadow() && !isShadow() && !rule.quota();
    }

    /** Whether one of its limits is of permits. */
    boolean takesPermits() {
        for (RuleLimit limit : rule.limits()) {
            if (limit.limit().algorithm() == Algorithm.CONCURRENCY) {
                return true;
            }
        }
        return false;
    }

    /** What it asks of a store. */
    List<Claim> claims() {
        return claims(List.of(), UnaryOperator.identity());
    }

    /**
     * The same of a store of shares.
     *
     * @param prefix what its keys begin with, before those of the rules
     * @param share  the part of a limit that this process may use
     */
    List<Claim> claims(List<String> prefix, UnaryOperator<Limit> share) {
        List<String> path = path(prefix);
        List<Claim> claims = new ArrayList<>(rule.limits().size());
        for (RuleLimit ruled : rule.limits()) {
            Limit limit = share.apply(ruled.limit());
            claims.add(new Claim(key(path, limit), ruled.name(), limit, descriptor.hits(), descriptor.tested(),
                    enforces(), group));
        }
        return claims;
    }

    /** The names of the states of its limits. */
    List<LimitKey> keys(List<String> prefix) {
        List<String> path = path(prefix);
        return rule.limits().stream().map(ruled -> key(path, ruled.limit())).toList();
    }

    private LimitKey key(List<String> path, Limit limit) {
        return isOwn() ? LimitKey.ofOwnLimit(rules.domain(), path, limit) : LimitKey.of(rules.domain(), path, limit);
    }

    private List<String> path(List<String> prefix) {
        List<DescriptorEntry> entries = descriptor.entries();
        List<String> path = new ArrayList<>(prefix.size() + 2 * entries.size());
        path.addAll(prefix);
        for (int i = 0; i < entries.size(); i++) {
            path.add(entries.get(i).key());
            path.add(rule.steps().get(i).stateValue(entries.get(i)));
        }
        return path;
    }

    MetricKey metric(MetricKeys keys) {
        return keys.named(rules.domain(), rule.metric(descriptor.entries()));
    }

    /** The report where nothing was counted. */
    DescriptorReport uncounted(Outcome outcome, MetricKeys keys) {
        return report(outcome, List.of(), keys);
    }

    /** The report on what a store decided, one decision for each limit. */
    DescriptorReport decided(List<LimitDecision> decisions, MetricKeys keys) {
        List<LimitReport> limits = new ArrayList<>(decisions.size());
        for (int i = 0; i < decisions.size(); i++) {
            LimitDecision decision = decisions.get(i);
            limits.add(new LimitReport(rule.limits().get(i), isShadow() || decision.allowed(), decision.claim(),
                    Optional.of(decision)));
        }
        return report(limits, keys);
    }

    /** The report where no store decided. */
    DescriptorReport assumed(boolean allowed, MetricKeys keys) {
        List<Claim> claims = claims();
        List<LimitReport> limits = new ArrayList<>(claims.size());
        for (int i = 0; i < claims.size(); i++) {
            limits.add(new LimitReport(rule.limits().get(i), isShadow() || allowed, claims.get(i), Optional.empty()));
        }
        return report(limits, keys);
    }

    private DescriptorReport report(List<LimitReport> limits, MetricKeys keys) {
        return report(DescriptorReport.isWithin(limits) ? Outcome.WITHIN : Outcome.OVER, limits, keys);
    }

    private DescriptorReport report(Outcome outcome, List<LimitReport> limits, MetricKeys keys) {
        return new DescriptorReport(outcome, limits, isShadow(), rule.quota(), Optional.of(metric(keys)),
                rule.metadata());
    }
}
