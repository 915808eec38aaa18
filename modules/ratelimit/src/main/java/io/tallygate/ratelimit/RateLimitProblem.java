package io.tallygate.ratelimit;

import io.tallygate.kernel.ProblemCategory;
import io.tallygate.kernel.ProblemKind;

/** The kinds of error that only rate limits have. */
public enum RateLimitProblem implements ProblemKind {
    RATE_LIMITED("rate-limited", ProblemCategory.LIMITED, "Too many requests"),
    UNKNOWN_LEASE("unknown-lease", ProblemCategory.NOT_FOUND, "The lease has ended, or never was"),
    UNKNOWN_DOMAIN("unknown-domain", ProblemCategory.NOT_FOUND, "The domain has no such rules"),
    RULES_CHANGED("rules-changed", ProblemCategory.PRECONDITION, "Other rules of the domain are in effect"),
    RULES_READ_ONLY("rules-read-only", ProblemCategory.CONFLICT, "Nothing here keeps rules that callers store");

    private final Definition definition;

    RateLimitProblem(String slug, ProblemCategory category, String title) {
        this.definition = new Definition(slug, category, title);
    }

    @Override
    public Definition definition() {
        return definition;
    }
}
