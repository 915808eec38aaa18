package io.tallygate.ratelimit;

/** How a limit counts. The promises of each stand with its {@link Transition}. */
public enum Algorithm {
    /** At most the limit in each window; up to twice the limit in one window's length across a boundary. */
    FIXED_WINDOW("fixed_window", new FixedWindow()),
    /** At most {@code burst + t × rate} in any interval {@code t}. */
    TOKEN_BUCKET("token_bucket", new TokenBucket()),
    /** The count of the window before, weighed by how much of it is still within a window's length, and that of this one. */
    SLIDING_WINDOW("sliding_window", new SlidingWindow()),
    /** At most the limit in every interval of a window's length. */
    SLIDING_LOG("sliding_log", new SlidingLog()),
    /** At most the limit of permits in leases that have not ended. */
    CONCURRENCY("concurrency", new Concurrency());

    private final String code;
    private final Transition transition;

    Algorithm(String code, Transition transition) {
        this.code = code;
        this.transition = transition;
    }

    /** Its name in rules and answers, such as {@code token_bucket}. */
    public String code() {
        return code;
    }

    Transition transition() {
        return transition;
    }
}
