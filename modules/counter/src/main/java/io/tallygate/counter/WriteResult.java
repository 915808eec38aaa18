package io.tallygate.counter;

/** What became of a {@link Write}. */
public sealed interface WriteResult {

    /** Applied and stored, now or when the same key was first used; one outcome an increment, in order. */
    record Committed(Outcomes outcomes) implements WriteResult {}

    /** The idempotency key already belongs to a request with other content; nothing was changed. */
    record KeyReused() implements WriteResult {}
}
