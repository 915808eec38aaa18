package io.tallygate.access;

/** What a token allows. No scope includes another one. */
public enum Scope {
    /** Values, leaderboards, metrics. */
    READ,
    /** Increments. */
    WRITE,
    /** Deletes. */
    ADMIN,
    /** That the priority counts which a request says it has. */
    PRIORITY
}
