package io.tallygate.quota;

import io.tallygate.kernel.DomainProblemException;
import io.tallygate.ledger.Versioned;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A plan that is in effect under a name, and by which calendars it goes.
 *
 * @param stored         whether a caller defined it; else it is the file's
 * @param version        of the stored plan's document, 0 for none
 * @param historyVersion of the history's, 0 for none
 */
record EffectivePlan(Plan plan, boolean stored, PlanHistory history, long version, long historyVersion) {

    /**
     * The one of a name.
     *
     * @param documents the stored plan's, and the history's
     * @throws DomainProblemException when there is none
     */
    static EffectivePlan of(String name, Plans file, List<Versioned> documents) {
        Optional<Plan> stored = stored(documents.getFirst());
        Plan plan = file.find(name, stored);
        return new EffectivePlan(plan, stored.isPresent(),
                history(documents.get(1)).orElseGet(() -> PlanHistory.of(plan)),
                documents.getFirst().version(), documents.get(1).version());
    }

    static Optional<Plan> stored(Versioned document) {
        return document.isAbsent()
                ? Optional.empty()
                : Optional.of(Plan.decode(Objects.requireNonNull(document.document()).bytes()));
    }

    static Optional<PlanHistory> history(Versioned document) {
        return document.isAbsent()
                ? Optional.empty()
                : Optional.of(PlanHistory.decode(Objects.requireNonNull(document.document()).bytes()));
    }

    PlanState state(Instant now) {
        return new PlanState(plan, plan.tag(), stored,
                SubjectLimits.of("", Optional.empty(), plan, history).effectiveAt(now));
    }
}
