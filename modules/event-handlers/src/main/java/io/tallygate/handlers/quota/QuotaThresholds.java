package io.tallygate.handlers.quota;

import io.micronaut.context.annotation.Requires;
import io.tallygate.event.Notice;
import io.tallygate.event.Publication;
import io.tallygate.handlers.EventData;
import io.tallygate.kernel.StageFailures;
import io.tallygate.ledger.Fact;
import io.tallygate.quota.Amount;
import io.tallygate.quota.Crossing;
import io.tallygate.quota.Limit;
import io.tallygate.quota.Thresholds;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;

/**
 * That usage has reached a share of a limit, as events, once for each period: {@code
 * {"subject","quota_type","per","threshold","used","limit","hard","period_start"?,"period_end"?}}.
 */
@Singleton
@Requires(beans = Thresholds.class)
final class QuotaThresholds implements Publication {

    private static final String REACHED = "io.tallygate.quota.threshold";

    private final Thresholds thresholds;

    QuotaThresholds(Thresholds thresholds) {
        this.thresholds = thresholds;
    }

    @Override
    public Set<String> books() {
        return thresholds.books();
    }

    @Override
    public List<Notice> notices(Fact fact) {
        if (fact.delta() <= 0) {
            return List.of();
        }
        try {
            return thresholds.crossings(fact.section(), fact.id(), fact.value() - fact.delta(), fact.value())
                    .toCompletableFuture().join().stream().map(QuotaThresholds::notice).toList();
        } catch (CompletionException e) {
            throw StageFailures.cause(e) instanceof RuntimeException cause ? cause : e;
        }
    }

    private static Notice notice(Crossing crossing) {
        Limit limit = crossing.limit();
        Optional<Instant> start = crossing.periodStart().equals(Instant.EPOCH)
                ? Optional.empty()
                : Optional.of(crossing.periodStart());
        return new Notice(REACHED, crossing.subject(), EventData.json(out -> {
            out.writeStringField("subject", crossing.subject());
            out.writeStringField("quota_type", limit.quotaType());
            out.writeStringField("per", limit.per().toString());
            out.writeNumberField("threshold", crossing.percent());
            out.writeFieldName("used");
            out.writeNumber(Amount.text(crossing.used(), limit.scale()));
            out.writeFieldName("limit");
            out.writeNumber(Amount.text(limit.most(), limit.scale()));
            out.writeBooleanField("hard", limit.hard());
            if (start.isPresent()) {
                out.writeStringField("period_start", start.get().toString());
            }
            if (crossing.periodEnd().isPresent()) {
                out.writeStringField("period_end", crossing.periodEnd().get().toString());
            }
        }), new Notice.Once(crossing.name(), crossing.periodEnd().orElse(Instant.MAX)));
    }
}
