package io.tallygate.kernel;

/** What a problem means to whoever asked. Each protocol has one status for each. */
public enum ProblemCategory {
    /** The request breaks a rule, whatever is stored. */
    INVALID,
    /** It is not known who asks. */
    UNAUTHENTICATED,
    /** Who asks may not have that. */
    FORBIDDEN,
    /** What was asked for does not exist. */
    NOT_FOUND,
    /** What is stored does not allow it, and would allow it in another state. */
    CONFLICT,
    /** The caller has named the state in which it wants this done, and another one is stored. */
    PRECONDITION,
    /** A stored value would become larger, or smaller, than a value can be. */
    OUT_OF_RANGE,
    /** Somebody else has taken over what the request was a part of. */
    SUPERSEDED,
    /** The name that makes a request repeatable stands for another request. */
    KEY_REUSED,
    /** The caller has used what it may use; it may be allowed again later. */
    LIMITED,
    /** This deployment does not do that. */
    NOT_SUPPORTED,
    /** The server cannot answer, and asking again does not help. */
    INTERNAL,
    /** Too many requests are waiting: this one was not begun. */
    OVERLOADED,
    /** An answer is not here in time. */
    TIMEOUT,
    /** What would have to answer is away for the moment. */
    UNAVAILABLE,
    /** Whoever operates this has to do something first: time alone does not help. */
    NOT_SET_UP
}
