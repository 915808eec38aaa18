package io.tallygate.kernel;

/** How much is on its way to a store right now. */
public interface CommitGauges {

    /** Operations that wait or are being flushed; a large one counts as {@link CommitSettings#queueMax} says. */
    int depth();

    /** Those of {@link #depth} that were answered before their commit: what is lost if this process is killed now. */
    int acceptedDepth();
}
