package io.tallygate.kernel;

import java.time.Duration;

/**
 * The store could not be asked, or its answer was lost: whether the flush was applied is unknown. Thrown by stores for
 * every failure after which the same flush, with the same number, should be tried again.
 */
public final class StoreUnavailableException extends UnavailableException {

    private static final long serialVersionUID = 1L;

    public StoreUnavailableException(String message, Throwable cause) {
        super(message, cause, Duration.ofSeconds(1));
    }

    @Override
    public ProblemKind kind() {
        return GeneralProblem.STORE_UNAVAILABLE;
    }
}
