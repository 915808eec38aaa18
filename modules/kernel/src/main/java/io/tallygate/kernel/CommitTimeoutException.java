package io.tallygate.kernel;

import java.time.Duration;

/**
 * The store did not answer in time. The outcome is unknown: a write may still be applied, at most once. A caller
 * that must not count twice repeats it with the same idempotency key.
 */
public final class CommitTimeoutException extends UnavailableException {

    private static final long serialVersionUID = 1L;

    public CommitTimeoutException(Duration timeout) {
        super("the store did not answer within " + timeout.toMillis() + " ms", Duration.ofSeconds(1));
    }

    @Override
    public ProblemKind kind() {
        return GeneralProblem.COMMIT_TIMEOUT;
    }
}
