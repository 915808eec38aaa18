package io.tallygate.kernel;

/**
 * Something outside of this process that it works with, and how to see whether it answers. Whoever connects to it has a bean of
 * this type; whoever wants to know asks from time to time.
 */
public interface Dependency {

    /** 1 to 64 lower-case letters, digits and hyphens, such as {@code redis}; a label of metrics. */
    String name();

    /**
     * Returns when it answers. Blocks, perhaps for long: whoever asks bounds the wait.
     *
     * @throws RuntimeException when it does not, with a message for whoever runs the process
     */
    void ping();
}
