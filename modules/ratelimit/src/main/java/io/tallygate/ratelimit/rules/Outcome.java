package io.tallygate.ratelimit.rules;

/** What became of a descriptor. */
public enum Outcome {
    /** No rule is for it: it passes, and nothing was counted. */
    NO_RULE,
    /** Another limit of the request takes the place of its rule: it passes, and nothing was counted. */
    REPLACED,
    /** Its rule says that it passes without being counted. */
    UNLIMITED,
    /** It is within its limits, or beyond those that only report. */
    WITHIN,
    /** It is beyond a limit. */
    OVER
}
