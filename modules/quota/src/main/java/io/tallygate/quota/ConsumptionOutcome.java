package io.tallygate.quota;

import io.tallygate.kernel.DomainProblemException;
import io.tallygate.kernel.InvalidInputException;
import java.util.List;

/** What became of one consumption of a batch. */
public sealed interface ConsumptionOutcome {

    /**
     * Granted or denied; stored if it was granted.
     *
     * @param replayed whether that was at an earlier request, of which this one is a repetition
     */
    record Decided(Decision decision, boolean replayed) implements ConsumptionOutcome {}

    /** Taken, and stored soon. */
    record Accepted() implements ConsumptionOutcome {}

    /** It breaks these rules; nothing was changed. */
    record Invalid(List<InvalidInputException> errors) implements ConsumptionOutcome {}

    /** There was no decision, for this reason, which is one that {@link Quotas} promises. */
    record Failed(Throwable failure) implements ConsumptionOutcome {

        /** Whether the consumption itself is the reason, so that it would fail again. */
        public boolean isCallers() {
            return switch (failure) {
                case InvalidInputException _ -> true;
                case DomainProblemException known -> switch (known.kind().category()) {
                    case OVERLOADED, TIMEOUT, UNAVAILABLE, NOT_SET_UP, INTERNAL, NOT_SUPPORTED -> false;
                    case INVALID, UNAUTHENTICATED, FORBIDDEN, NOT_FOUND, CONFLICT, PRECONDITION, OUT_OF_RANGE,
                            SUPERSEDED, KEY_REUSED, LIMITED ->
                        true;
                };
                default -> false;
            };
        }
    }
}
