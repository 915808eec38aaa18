package io.tallygate.grpc;

/** Calls of a service that have no end of their own, and so must be told of a stop. Thread-safe. */
public interface OpenStreams {

    /** Lets every stream end after it has answered what it has read. New ones end at once. */
    void drain();

    /** Whether an answer is still due. */
    boolean isAnyOpen();
}
