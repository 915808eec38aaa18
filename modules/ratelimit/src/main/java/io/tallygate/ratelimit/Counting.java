package io.tallygate.ratelimit;

/** Which claims of a request take effect when one of them is denied. */
public enum Counting {
    /**
     * All or none. A claim that is not enforced counts if the request is allowed and the claim itself fits; hits of a denied
     * request are not given back either.
     */
    ALL_OR_NOTHING,
    /**
     * Each group by itself, as Envoy counts. A {@code fixed_window} that is alone in its group goes on counting when it is
     * over; every other algorithm counts nothing when it denies.
     */
    EACH
}
