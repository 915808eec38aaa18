package io.tallygate.kernel;

import java.time.Duration;

/**
 * Something that answers is not answering now, and the same call may succeed later, {@link #retryAfter()} from now. Carries
 * no stack trace: it is made at the rate of the traffic that is refused.
 */
public abstract sealed class UnavailableException extends RuntimeException
        permits
        OverloadedException,
        CommitTimeoutException,
        DegradedException,
        ShuttingDownException,
        StoreUnavailableException,
        UnknownOutcomeException {

    private static final long serialVersionUID = 1L;

    private final Duration retryAfter;

    UnavailableException(String message, Duration retryAfter) {
        super(message, null, false, false);
        this.retryAfter = retryAfter;
    }

    UnavailableException(String message, Throwable cause, Duration retryAfter) {
        super(message, cause);
        this.retryAfter = retryAfter;
    }

    /** What callers are answered with. */
    public abstract ProblemKind kind();

    /** How long a caller should wait before it asks again. */
    public final Duration retryAfter() {
        return retryAfter;
    }
}
