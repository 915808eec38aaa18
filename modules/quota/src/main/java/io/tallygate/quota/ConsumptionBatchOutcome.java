package io.tallygate.quota;

import io.tallygate.kernel.DomainProblemException;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What became of a batch of consumptions.
 *
 * @param items   one outcome for each item, in their order
 * @param refusal the one reason for which the batch as a whole had no effect: every item failed, or the batch's key belongs to
 *                another one. Null when a part of it had an effect, after which it must not look as if it could be repeated
 *                without thought
 */
public record ConsumptionBatchOutcome(List<ConsumptionOutcome> items, @Nullable Throwable refusal) {

    /** Copies nothing: the outcomes are its own. */
    public ConsumptionBatchOutcome {
        items = Collections.unmodifiableList(items);
    }

    /** How many items were granted. */
    public int granted() {
        int count = 0;
        for (ConsumptionOutcome item : items) {
            count += item instanceof ConsumptionOutcome.Decided(Decision decision, var _) && decision.allowed() ? 1 : 0;
        }
        return count;
    }

    /** How many items were accepted. */
    public int accepted() {
        int count = 0;
        for (ConsumptionOutcome item : items) {
            count += item instanceof ConsumptionOutcome.Accepted ? 1 : 0;
        }
        return count;
    }

    /** Whether each item that is valid was decided at an earlier request, so that nothing was changed now. */
    public boolean replayed() {
        boolean any = false;
        for (ConsumptionOutcome item : items) {
            boolean replayed = switch (item) {
                case ConsumptionOutcome.Decided decided -> decided.replayed();
                case ConsumptionOutcome.Failed(DomainProblemException problem) -> problem.replayed();
                case ConsumptionOutcome.Failed _,ConsumptionOutcome.Accepted _ -> false;
                case ConsumptionOutcome.Invalid _ -> true;
            };
            if (!replayed) {
                return false;
            }
            any |= !(item instanceof ConsumptionOutcome.Invalid);
        }
        return any;
    }

    /** What went wrong, each failure once however many items it stands for. */
    public Set<Throwable> failures() {
        Set<Throwable> failures = Collections.newSetFromMap(new IdentityHashMap<>());
        for (ConsumptionOutcome item : items) {
            if (item instanceof ConsumptionOutcome.Failed(Throwable failure)) {
                failures.add(failure);
            }
        }
        return failures;
    }
}
