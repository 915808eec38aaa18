package io.tallygate.kernel;

import java.time.Duration;

/** What would be needed for an answer is away for the moment, and nothing can be answered without it. */
public final class DegradedException extends UnavailableException {

    private static final long serialVersionUID = 1L;
    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    /** @param feature what cannot be served */
    public DegradedException(String feature) {
        super("the feature " + feature + " is degraded, and has no answer without what is away", RETRY_AFTER);
    }

    @Override
    public ProblemKind kind() {
        return GeneralProblem.DEGRADED;
    }
}
