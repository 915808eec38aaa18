package io.tallygate.degradation;

import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** What those who run the process see and set. Thread-safe; no method blocks. */
public interface DegradationAdmin {

    /** Whom an override reaches. */
    enum Scope {
        /** This process. */
        NODE,
        /** Every process with the same store, within {@value SharedOverrides#POLL_SECONDS} seconds. */
        ALL
    }

    /** How this process does. */
    DegradationStatus status();

    /**
     * Sets a level until its time is over; in place of one that is set for the same. In effect here when this returns. A stage
     * that says {@link Scope#NODE} means that nothing shares it, or did not answer: then only this process has it.
     *
     * @throws io.tallygate.kernel.InvalidInputException naming {@code feature} when there is no such feature
     */
    CompletionStage<Scope> override(LevelOverride override);

    /**
     * Ends an override, if there is one.
     *
     * @param feature null for that of all features
     * @throws io.tallygate.kernel.InvalidInputException as {@link #override}
     */
    CompletionStage<Scope> clear(@Nullable String feature, String by);
}
