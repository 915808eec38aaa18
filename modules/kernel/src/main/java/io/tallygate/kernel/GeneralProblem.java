package io.tallygate.kernel;

/** The kinds of error that a request of any domain can end in. */
public enum GeneralProblem implements ProblemKind {
    BAD_REQUEST("bad-request", ProblemCategory.INVALID, "The request is malformed"),
    INVALID_INPUT("invalid-input", ProblemCategory.INVALID, "The request breaks a rule"),
    UNAUTHENTICATED("unauthenticated", ProblemCategory.UNAUTHENTICATED, "A valid token is needed"),
    FORBIDDEN("forbidden", ProblemCategory.FORBIDDEN, "The caller may not do this"),
    NOT_FOUND("not-found", ProblemCategory.NOT_FOUND, "There is nothing at this path"),
    IDEMPOTENCY_KEY_REUSED("idempotency-key-reused", ProblemCategory.KEY_REUSED,
            "The idempotency key belongs to another request"),
    NOT_SUPPORTED("not-supported", ProblemCategory.NOT_SUPPORTED, "This deployment does not offer that"),
    INTERNAL_ERROR("internal-error", ProblemCategory.INTERNAL, "The server failed"),
    OVERLOADED("overloaded", ProblemCategory.OVERLOADED, "Too much is waiting"),
    COMMIT_TIMEOUT("commit-timeout", ProblemCategory.TIMEOUT, "The store did not answer in time"),
    SHUTTING_DOWN("shutting-down", ProblemCategory.UNAVAILABLE, "The server is stopping"),
    STORE_UNAVAILABLE("store-unavailable", ProblemCategory.UNAVAILABLE, "The store does not answer"),
    DEGRADED("degraded", ProblemCategory.UNAVAILABLE, "What the answer needs is away for the moment");

    private final Definition definition;

    GeneralProblem(String slug, ProblemCategory category, String title) {
        this.definition = new Definition(slug, category, title);
    }

    @Override
    public Definition definition() {
        return definition;
    }
}
