package io.tallygate.counter;

/** What became of a session's frame. */
public sealed interface FrameResult {

    /** The most increments in one frame. */
    int INCREMENTS_MAX = 8192;

    /** Applied and stored, now or when it was sent first; one outcome an increment, in order. */
    record Committed(Outcomes outcomes) implements FrameResult {}

    /** It, and a later frame, had been stored before; what became of its increments is not known any more. */
    record CommittedBefore() implements FrameResult {}
}
