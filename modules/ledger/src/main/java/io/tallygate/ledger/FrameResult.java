package io.tallygate.ledger;

/** What became of a session's frame. */
public sealed interface FrameResult {

    /** The most adds in one frame. */
    int ADDS_MAX = 8192;

    /** Applied and stored, now or when it was sent first; one outcome an add, in order. */
    record Committed(Outcomes outcomes) implements FrameResult {}

    /** It, and a later frame, had been stored before; what became of its adds is not known any more. */
    record CommittedBefore() implements FrameResult {}
}
