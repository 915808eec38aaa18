package io.tallygate.counter;

/** Why a change was refused, and so changed nothing. */
public enum Refusal {
    /** The counter would have left its range, or that of the change's own bounds. */
    RANGE,
    /** What the store holds in the counter's place is no number, which somebody else must have put there. */
    WRONG_TYPE
}
