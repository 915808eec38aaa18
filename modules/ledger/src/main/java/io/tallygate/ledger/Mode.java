package io.tallygate.ledger;

/** How the changes of a {@link Posting} stand together. They apply in their order, each to what those before it left. */
public enum Mode {
    /** Each is applied or refused by itself. */
    EACH,
    /** All are applied, or none is: the first that is refused undoes those before it. */
    ALL
}
