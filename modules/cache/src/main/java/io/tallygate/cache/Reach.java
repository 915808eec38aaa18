package io.tallygate.cache;

/** How far a change of a cache has got. In this process it is in effect in any case. */
public enum Reach {
    /** Every process that shares the cache has been sent it; or none does. */
    SENT,
    /** L2 does not answer: it is sent as soon as it does. */
    PENDING
}
