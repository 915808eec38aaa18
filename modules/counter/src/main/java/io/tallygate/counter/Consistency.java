package io.tallygate.counter;

/** How a read may be answered. */
public enum Consistency {
    /** From the read cache when it holds the counter. */
    CACHED,
    /** From the store. */
    STRONG
}
