package io.tallygate.kernel;

import java.time.Duration;

/** The queue is full; the operation was refused at once and has no effect. */
public final class OverloadedException extends UnavailableException {

    private static final long serialVersionUID = 1L;

    public OverloadedException(int queueMax) {
        super("the queue holds its limit of " + queueMax + " operations", Duration.ofSeconds(1));
    }

    @Override
    public ProblemKind kind() {
        return GeneralProblem.OVERLOADED;
    }
}
