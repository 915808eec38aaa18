package io.tallygate.kernel;

import java.time.Duration;

/** This process is stopping and takes no new operation; another one, or this one restarted, will. */
public final class ShuttingDownException extends UnavailableException {

    private static final long serialVersionUID = 1L;

    public ShuttingDownException() {
        super("this process is shutting down", Duration.ofSeconds(1));
    }

    @Override
    public ProblemKind kind() {
        return GeneralProblem.SHUTTING_DOWN;
    }
}
