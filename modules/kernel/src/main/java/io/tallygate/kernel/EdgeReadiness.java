package io.tallygate.kernel;

/**
 * Readiness of a process at the edge, whose callers would find no better answers elsewhere: it is not ready before all that it needs
 * was there once, and from then on for good, because there are still answers to give. Thread-safe.
 *
 * <p>Only a process at the edge has one as a bean. Any other is as ready as what it needs, so that another instance is asked.
 */
public final class EdgeReadiness {

    private volatile boolean wasReady;

    /** For a process that has just begun. */
    public EdgeReadiness() {}

    /**
     * Whether the process should get traffic.
     *
     * @param isAllThere what it needs, at the moment
     */
    public boolean isReady(boolean isAllThere) {
        if (isAllThere && !wasReady) {
            wasReady = true;
        }
        return wasReady;
    }
}
