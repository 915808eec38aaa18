package io.tallygate.counter;

/**
 * Is told of increments that name the user who made them. A bean of this type is told of those that come over HTTP, gRPC and
 * events, by one or in batches; without one, nothing is done for it. Thread-safe.
 */
@FunctionalInterface
public interface InteractionListener {

    /**
     * A user has added to a counter. Told once the increment is committed, or accepted where its caller does not wait for the
     * commit; not told of a repetition, nor of what subtracts. Called on the threads that commit: must neither block nor throw.
     *
     * @param userId 1 to 256 bytes of UTF-8 without control characters
     */
    void interacted(String userId, String resourceId, String counterType);
}
