package io.tallygate.counter;

import io.tallygate.kernel.InvalidInputException;
import io.tallygate.ledger.Change;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An increment as a caller asked for it. */
public sealed interface BatchItem {

    /**
     * One that can be applied.
     *
     * @param requestId the caller's name for it, by which a repetition is known; 1 to 256 bytes
     */
    record Valid(Change.Add increment, @Nullable String requestId) implements BatchItem {}

    /** One that breaks rules, at least one. */
    record Invalid(List<InvalidInputException> errors) implements BatchItem {}
}
