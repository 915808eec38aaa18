package io.tallygate.grpc.quota;

import com.google.rpc.QuotaFailure;
import io.tallygate.grpc.Failure;
import io.tallygate.grpc.RefusedException;
import io.tallygate.quota.Amount;
import io.tallygate.quota.Decision;
import io.tallygate.quota.LimitState;
import io.tallygate.quota.QuotaProblem;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;

/**
 * Denials as errors: when to come again, which limits denied as {@code google.rpc.QuotaFailure}, and the decision. Of many
 * limits those that denied come first, and as many are told as the trailers of a call have room for. Thread-safe.
 */
final class Denials {

    private static final int VIOLATIONS_BYTES_MAX = Failure.DETAILS_BYTES_MAX / 4;
    private static final int DECISION_BYTES_MAX = Failure.DETAILS_BYTES_MAX - VIOLATIONS_BYTES_MAX;
    /** What stands around a message within another one. */
    private static final int ENVELOPE_BYTES = 4;

    private final InstantSource clock;

    Denials(InstantSource clock) {
        this.clock = clock;
    }

    /**
     * The same decision.
     *
     * @param replayed whether it was made for an earlier request
     * @throws RefusedException when it is a denial
     */
    Decision requireAllowed(String subject, Decision decision, boolean replayed) {
        if (!decision.allowed()) {
            throw new RefusedException(Failure.of(QuotaProblem.QUOTA_EXCEEDED, decision.denial()).replayed(replayed)
                    .curedAfter(decision.retryAfter(clock.instant()))
                    .with(violations(subject, decision), bounded(decision)));
        }
        return decision;
    }

    private static QuotaFailure violations(String subject, Decision decision) {
        var failure = QuotaFailure.newBuilder();
        int bytes = 0;
        for (LimitState limit : decision.denied()) {
            var violation = QuotaFailure.Violation.newBuilder().setSubject(subject)
                    .setQuotaMetric(limit.quotaType()).setQuotaId(limit.per().toString())
                    .setDescription(limit.quotaType() + " per " + limit.per() + ": "
                            + Amount.text(limit.remaining(), limit.scale()) + " of "
                            + Amount.text(limit.limit(), limit.scale()) + " are left")
                    .build();
            bytes += violation.getSerializedSize() + ENVELOPE_BYTES;
            if (bytes > VIOLATIONS_BYTES_MAX) {
                break;
            }
            failure.addViolations(violation);
        }
        return failure.build();
    }

    private static io.tallygate.quota.v1.Decision bounded(Decision decision) {
        io.tallygate.quota.v1.Decision whole = Decisions.message(decision);
        if (whole.getSerializedSize() <= DECISION_BYTES_MAX) {
            return whole;
        }
        var part = Decisions.withoutLimits(decision);
        while (part.getQuotasCount() > 1 && part.build().getSerializedSize() > DECISION_BYTES_MAX / 2) {
            part.removeQuotas(part.getQuotasCount() - 1);
        }
        int bytes = part.build().getSerializedSize() + ENVELOPE_BYTES;
        List<LimitState> deniedFirst = Stream.concat(decision.denied().stream(),
                decision.limits().stream().filter(limit -> !limit.denied())).toList();
        for (LimitState limit : deniedFirst) {
            var state = Decisions.message(limit);
            bytes += state.getSerializedSize() + ENVELOPE_BYTES;
            if (bytes > DECISION_BYTES_MAX) {
                break;
            }
            part.addLimits(state);
        }
        return part.setLimitsOmitted(decision.limits().size() - part.getLimitsCount()).build();
    }
}
