package io.tallygate.kernel;

import java.time.Duration;

/**
 * What became of a write cannot be found out any more: the store was asked, its answer was lost, and its record of the
 * answer is gone. The write was applied at most once, and is not repeated. A caller that must not count twice repeats it
 * with the same idempotency key.
 */
public final class UnknownOutcomeException extends UnavailableException {

    private static final long serialVersionUID = 1L;

    public UnknownOutcomeException(String message) {
        super(message, Duration.ofSeconds(1));
    }

    @Override
    public ProblemKind kind() {
        return GeneralProblem.STORE_UNAVAILABLE;
    }
}
