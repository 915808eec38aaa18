package io.tallygate.ledger;

/** Why a change was refused, and so changed nothing. */
public enum Refusal {
    /** The value would have left the range of a 64-bit integer, or that of the change's own bounds. */
    RANGE,
    /** What the store holds in the row's place is not what its book holds, which somebody else must have put there. */
    WRONG_TYPE,
    /** Another change of its posting was refused, and all were to be applied or none. */
    UNDONE,
    /** The document's version is not the one that the change was made for. */
    VERSION
}
