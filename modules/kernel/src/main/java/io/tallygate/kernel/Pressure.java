package io.tallygate.kernel;

/** Whether a process should take less than it could. Thread-safe; costs nothing to ask. */
@FunctionalInterface
public interface Pressure {

    /** Whether something is bad without which most requests cannot be served. */
    boolean isCriticalBad();
}
