package io.tallygate.quota;

import io.tallygate.kernel.InvalidInputException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One consumption of a batch, as a caller asked for it. */
public sealed interface ConsumptionItem {

    /**
     * One that can be decided.
     *
     * @param wanted    as for {@link Quotas#consume}
     * @param requestId the caller's name for it, by which a repetition is known; 1 to 256 bytes
     */
    record Valid(String subject, List<Wanted> wanted, ConsumeMode mode, @Nullable String requestId)
            implements
                ConsumptionItem {}

    /** One that breaks rules, at least one. */
    record Invalid(List<InvalidInputException> errors) implements ConsumptionItem {}
}
