package io.tallygate.ratelimit.rules;

/** What a rule does when the store does not answer in time. */
public enum OnFailure {
    /** Decides in this process, with its share of the limit. */
    LOCAL("local"),
    /** Lets through. */
    ALLOW("allow"),
    /** Refuses. */
    DENY("deny"),
    /** Fails, so that the caller's own policy decides. */
    ERROR("error");

    private final String code;

    OnFailure(String code) {
        this.code = code;
    }

    /** Its name in rules. */
    String code() {
        return code;
    }
}
