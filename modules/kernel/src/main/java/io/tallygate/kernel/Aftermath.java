package io.tallygate.kernel;

/**
 * What requests leave to be done. A server does it by itself, after its answer; where nothing runs between two requests,
 * whoever serves them has it done before an answer is handed over. Thread-safe.
 */
@FunctionalInterface
public interface Aftermath {

    /** Does what is left, and waits for that. It does not fail: what cannot be done is told in the log. */
    void settle();
}
