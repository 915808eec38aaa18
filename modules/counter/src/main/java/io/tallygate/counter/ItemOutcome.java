package io.tallygate.counter;

import io.tallygate.kernel.InvalidInputException;
import io.tallygate.ledger.Refusal;
import java.util.List;

/** What became of one item of a batch. */
public sealed interface ItemOutcome {

    /** Stored; the counter has this value right after it. */
    record Applied(long value) implements ItemOutcome {}

    /** Taken, and stored soon. */
    record Accepted() implements ItemOutcome {}

    /** It breaks these rules; nothing was changed. */
    record Invalid(List<InvalidInputException> errors) implements ItemOutcome {}

    /** The counter does not take it; nothing was changed. */
    record Refused(Refusal refusal) implements ItemOutcome {}

    /**
     * Its key belongs to a request with other content; nothing was changed.
     *
     * @param ofItem whether the key is the item's own, and not that of the batch
     */
    record KeyReused(boolean ofItem) implements ItemOutcome {}

    /** It was not stored, or that is not known: the failure says which. */
    record Failed(Throwable failure) implements ItemOutcome {}
}
