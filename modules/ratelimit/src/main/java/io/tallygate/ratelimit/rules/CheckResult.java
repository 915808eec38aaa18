package io.tallygate.ratelimit.rules;

import io.tallygate.ratelimit.Lease;
import io.tallygate.ratelimit.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/**
 * The answer to a {@link Check}.
 *
 * @param allowed     whether it may pass
 * @param source      what decided
 * @param descriptors one report for each descriptor, in order
 * @param lease       for permits that were taken, where the check asked for one
 */
public record CheckResult(boolean allowed, Source source, List<DescriptorReport> descriptors, Optional<Lease> lease) {

    public CheckResult {
        descriptors = List.copyOf(descriptors);
    }

    /** What two checks of one request found together: it is allowed if both allow it. */
    public CheckResult and(CheckResult other) {
        List<DescriptorReport> all = new ArrayList<>(descriptors.size() + other.descriptors.size());
        all.addAll(descriptors);
        all.addAll(other.descriptors);
        return new CheckResult(allowed && other.allowed, other.source, all, other.lease.or(() -> lease));
    }

    /** What all limits of all descriptors said, in order. */
    public Stream<LimitReport> limits() {
        return descriptors.stream().flatMap(descriptor -> descriptor.limits().stream());
    }

    /** The limits that callers are told of: not those that only report. */
    public List<LimitReport> announced() {
        List<LimitReport> limits = new ArrayList<>(descriptors.size());
        for (DescriptorReport descriptor : descriptors) {
            if (!descriptor.shadow()) {
                limits.addAll(descriptor.limits());
            }
        }
        return limits;
    }

    /** Whether a limit was passed all the same, because the check was forced. */
    public boolean over() {
        for (DescriptorReport descriptor : descriptors) {
            if (descriptor.isForced()) {
                return true;
            }
        }
        return false;
    }

    /** Whether the check can never pass as it is: it asks for more than a limit that refuses it has. */
    public boolean exceedsLimit() {
        return !allowed && wait(LimitReport::waitNanos) == Long.MAX_VALUE;
    }

    /**
     * In how many nanoseconds it passes, if nothing else is counted: the longest time of all descriptors that refused it.
     * Empty when it is allowed, or never will be.
     */
    public OptionalLong retryAfterNanos() {
        long wait = allowed ? Long.MAX_VALUE : wait(LimitReport::waitNanos);
        return wait == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(wait);
    }

    /**
     * How long until the check passes, by how long each limit takes. Of descriptors that refuse only together the first
     * that is within its limits again is enough.
     */
    long wait(ToLongFunction<LimitReport> wait) {
        long single = descriptors.stream().filter(descriptor -> !descriptor.quota())
                .mapToLong(descriptor -> descriptor.wait(wait)).max().orElse(0);
        long together = descriptors.stream().filter(descriptor -> descriptor.quota() && descriptor.isCounted())
                .mapToLong(descriptor -> descriptor.wait(wait)).min().orElse(0);
        return Math.max(single, together);
    }

    /** Whether descriptors refuse the check: one that does so by itself, or all of those that do only together. */
    static boolean isRefused(List<DescriptorReport> descriptors) {
        boolean isAnyOver = false;
        boolean hasQuotas = false;
        boolean areQuotasOver = true;
        for (DescriptorReport descriptor : descriptors) {
            boolean isOver = descriptor.outcome() == Outcome.OVER;
            if (!descriptor.quota()) {
                isAnyOver |= isOver;
            } else if (descriptor.isCounted()) {
                hasQuotas = true;
                areQuotasOver &= isOver;
            }
        }
        return isAnyOver || (hasQuotas && areQuotasOver);
    }
}
