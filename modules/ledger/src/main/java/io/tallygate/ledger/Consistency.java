package io.tallygate.ledger;

/** How a read may be answered. */
public enum Consistency {
    /** From the read cache when it holds the row. */
    CACHED,
    /** From the store. */
    STRONG
}
