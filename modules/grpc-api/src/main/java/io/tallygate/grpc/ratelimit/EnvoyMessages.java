package io.tallygate.grpc.ratelimit;

import com.google.protobuf.UnknownFieldSet;
import io.envoyproxy.envoy.extensions.common.ratelimit.v3.RateLimitDescriptor;
import io.envoyproxy.envoy.extensions.common.ratelimit.v3.RateLimitDescriptor.RateLimitOverride;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitRequest;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitResponse;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitResponse.Code;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitResponse.DescriptorStatus;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitResponse.RateLimit;
import io.envoyproxy.envoy.type.v3.RateLimitUnit;
import io.tallygate.grpc.Values;
import io.tallygate.kernel.InvalidInputException;
import io.tallygate.ratelimit.Limit;
import io.tallygate.ratelimit.rules.Check;
import io.tallygate.ratelimit.rules.CheckResult;
import io.tallygate.ratelimit.rules.Descriptor;
import io.tallygate.ratelimit.rules.DescriptorEntry;
import io.tallygate.ratelimit.rules.DescriptorReport;
import io.tallygate.ratelimit.rules.LimitReport;
import io.tallygate.ratelimit.rules.Outcome;
import io.tallygate.ratelimit.rules.OwnLimit;
import io.tallygate.ratelimit.rules.RuleLimit;
import io.tallygate.ratelimit.rules.Unit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Between the messages of Envoy's protocol and the domain's types. */
final class EnvoyMessages {

    /** What the reference service says of unlimited descriptors: the greatest number of 32 bits without a sign. */
    private static final int UNLIMITED = -1;
    private static final long SECOND_NANOS = 1_000_000_000;
    /** The number of {@code is_negative_hits} in {@link RateLimitDescriptor}, which is younger than the library's stubs. */
    static final int NEGATIVE_HITS_FIELD = 4;
    /** The number of {@code WEEK} in {@link RateLimitUnit}, younger as well. */
    static final int WEEK = 7;

    private EnvoyMessages() {}

    /**
     * What an Envoy asks.
     *
     * @throws InvalidInputException when there are more descriptors than are decided together, or one has a limit of its
     *                               own of a unit that is not known
     */
    static Check check(RateLimitRequest request) {
        Values.requireSize("descriptors", request.getDescriptorsCount(), Check.DESCRIPTORS_MAX);
        long hits = request.getHitsAddend() == 0 ? 1 : Integer.toUnsignedLong(request.getHitsAddend());
        List<Descriptor> descriptors = new ArrayList<>(request.getDescriptorsCount());
        for (int i = 0; i < request.getDescriptorsCount(); i++) {
            RateLimitDescriptor message = request.getDescriptors(i);
            var descriptor = Descriptor.of(entries(message), hits(message, hits)).asEnvoyCounts();
            descriptors.add(message.hasLimit() ? descriptor.limitedBy(own(i, message.getLimit())) : descriptor);
        }
        return Check.of(request.getDomain(), descriptors);
    }

    private static List<DescriptorEntry> entries(RateLimitDescriptor message) {
        List<DescriptorEntry> entries = new ArrayList<>(message.getEntriesCount());
        for (RateLimitDescriptor.Entry entry : message.getEntriesList()) {
            entries.add(new DescriptorEntry(entry.getKey(), entry.getValue()));
        }
        return entries;
    }

    /** A descriptor's own 0 only looks, where the request's 0 means one. */
    private static long hits(RateLimitDescriptor message, long ofRequest) {
        long hits = message.hasHitsAddend() ? bounded(message.getHitsAddend().getValue()) : ofRequest;
        return isNegative(message) ? -hits : hits;
    }

    private static long bounded(long unsigned) {
        return unsigned < 0 ? Limit.REQUESTS_MAX : Math.min(unsigned, Limit.REQUESTS_MAX);
    }

    private static boolean isNegative(RateLimitDescriptor message) {
        UnknownFieldSet unknown = message.getUnknownFields();
        List<Long> values = unknown.getField(NEGATIVE_HITS_FIELD).getVarintList();
        return !values.isEmpty() && values.getLast() != 0;
    }

    private static OwnLimit own(int place, RateLimitOverride message) {
        return new OwnLimit(Integer.toUnsignedLong(message.getRequestsPerUnit()),
                switch (message.getUnitValue()) {
                    case RateLimitUnit.SECOND_VALUE -> Unit.SECOND;
                    case RateLimitUnit.MINUTE_VALUE -> Unit.MINUTE;
                    case RateLimitUnit.HOUR_VALUE -> Unit.HOUR;
                    case RateLimitUnit.DAY_VALUE -> Unit.DAY;
                    case WEEK -> Unit.WEEK;
                    case RateLimitUnit.MONTH_VALUE -> Unit.MONTH;
                    case RateLimitUnit.YEAR_VALUE -> Unit.YEAR;
                    default -> throw new InvalidInputException("descriptors[" + place + "].limit.unit",
                            Integer.toString(message.getUnitValue()), "must be a unit from SECOND to WEEK");
                });
    }

    /** What an Envoy is answered. */
    static RateLimitResponse response(CheckResult result) {
        var response = RateLimitResponse.newBuilder().setOverallCode(result.allowed() ? Code.OK : Code.OVER_LIMIT);
        for (DescriptorReport report : result.descriptors()) {
            response.addStatuses(status(report));
        }
        EnvoyMetadata.of(result).ifPresent(response::setDynamicMetadata);
        return response.build();
    }

    private static DescriptorStatus status(DescriptorReport report) {
        var status = DescriptorStatus.newBuilder()
                .setCode(report.outcome() == Outcome.OVER ? Code.OVER_LIMIT : Code.OK);
        if (report.outcome() == Outcome.UNLIMITED) {
            status.setLimitRemaining(UNLIMITED);
        }
        report.decisive().ifPresent(limit -> describe(status, limit));
        return status.build();
    }

    private static void describe(DescriptorStatus.Builder status, LimitReport limit) {
        RuleLimit rule = limit.rule();
        status.setCurrentLimit(RateLimit.newBuilder().setName(rule.own())
                .setRequestsPerUnit(LimitAnswers.unsigned(rule.limit().requests())).setUnit(unit(rule.unit())))
                .setLimitRemaining(LimitAnswers.unsigned(limit.remaining()));
        // Whole seconds, of which Envoy reads nothing else, as the reference service counts them.
        limit.resetAfterNanos().ifPresent(nanos -> status.getDurationUntilResetBuilder()
                .setSeconds(Math.ceilDiv(nanos, SECOND_NANOS)));
    }

    private static RateLimit.Unit unit(@Nullable Unit unit) {
        return switch (unit) {
            case SECOND -> RateLimit.Unit.SECOND;
            case MINUTE -> RateLimit.Unit.MINUTE;
            case HOUR -> RateLimit.Unit.HOUR;
            case DAY -> RateLimit.Unit.DAY;
            case WEEK -> RateLimit.Unit.WEEK;
            case MONTH -> RateLimit.Unit.MONTH;
            case YEAR -> RateLimit.Unit.YEAR;
            case null -> RateLimit.Unit.UNKNOWN;
        };
    }
}
