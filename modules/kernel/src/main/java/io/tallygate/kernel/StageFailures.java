package io.tallygate.kernel;

import java.util.concurrent.CompletionException;

/** What asynchronous stages fail with. */
public final class StageFailures {

    private StageFailures() {}

    /** What a stage failed with, without the {@link CompletionException} that stages behind it find around it. */
    public static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }
}
