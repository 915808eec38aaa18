package io.tallygate.kernel;

/** Told what a {@link GroupCommit} does, from its threads and its callers'. Implementations are cheap and never throw. */
public interface CommitMetrics {

    /** Does nothing. */
    CommitMetrics NONE = new CommitMetrics() {
    };

    /** A flush was committed. */
    default void flushed(int operations, long commitNanos) {}

    /** The store did not answer a flush, which will be tried again. */
    default void storeUnavailable() {}

    /** Operations were refused because the queue was full. */
    default void refused(int operations) {}

    /** Callers were told that their operations took too long. */
    default void timedOut(int operations) {}

    /** Operations that were acknowledged as accepted could not be applied. */
    default void acceptedLost(int operations) {}
}
