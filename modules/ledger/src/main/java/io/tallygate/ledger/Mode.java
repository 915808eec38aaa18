package io.tallygate.ledger;

/** How the changes of a {@link Posting} stand together. They apply in their order, each to what those before it left. */
public enum Mode {
    /** Each is applied or refused by itself. */
    EACH,
    /** All are applied, or none is: the first that is refused undoes those before it. */
    ALL,
    /**
     * Adds alone. Each takes as much of its delta as its bounds allow, from 1 on; it is refused when that is nothing. An add
     * of 0 is refused or applied as a guard. {@link Outcomes#taken} tells how much was taken.
     */
    FIT_EACH,
    /**
     * Adds of the same delta, not 0, to different rows of one home. All take the same part of it: the largest that the bounds
     * of all allow, from 1 on. When there is none, those whose own bounds allow nothing are refused for their
     * {@link Refusal#RANGE}, the others are {@link Refusal#UNDONE}: all of them where each allows some part, and no part is
     * allowed by all.
     */
    FIT_ALL;

    /** Whether an add may take a part of its delta. */
    public boolean fits() {
        return this == FIT_EACH || this == FIT_ALL;
    }

    /** Whether its changes must have rows of one home, because a store that is divided decides on them in one place. */
    public boolean needsOneHome() {
        return this == ALL || this == FIT_ALL;
    }
}
