package io.tallygate.recommendation;

import java.util.List;

/** Where interactions have their effect. Thread-safe. */
public interface Interactions {

    /** The most interactions in one batch. */
    int BATCH_MAX = 100;

    /**
     * Adds interactions to their users' histories and to the counts of items, all or none, in their order, once for each key.
     * Blocks until that is committed, so it is for a virtual thread; one batch is folded after the other.
     *
     * @param batch 1 to {@link #BATCH_MAX}
     * @param key   names the batch: 1 to 256 bytes. Within 24 hours it has one effect
     * @throws io.tallygate.kernel.InvalidInputException  when there are more, or none
     * @throws io.tallygate.kernel.DomainProblemException when the key belongs to other interactions, or the store holds
     *                                                    something else in the place of what they change
     * @throws io.tallygate.kernel.UnavailableException   when the store, or this process, cannot serve it now
     */
    void fold(List<Interaction> batch, String key);
}
