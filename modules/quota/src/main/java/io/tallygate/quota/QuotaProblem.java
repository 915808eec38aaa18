package io.tallygate.quota;

import io.tallygate.kernel.ProblemCategory;
import io.tallygate.kernel.ProblemKind;

/** The kinds of error that only quotas have. */
public enum QuotaProblem implements ProblemKind {
    QUOTA_EXCEEDED("quota-exceeded", ProblemCategory.LIMITED, "A limit does not leave that much"),
    QUOTA_OVERFLOW("quota-overflow", ProblemCategory.OUT_OF_RANGE, "What was used would leave the range of amounts"),
    UNKNOWN_SUBJECT("unknown-subject", ProblemCategory.NOT_FOUND, "The subject has no plan"),
    UNKNOWN_PLAN("unknown-plan", ProblemCategory.NOT_FOUND, "There is no such plan"),
    UNKNOWN_QUOTA_TYPE("unknown-quota-type", ProblemCategory.NOT_FOUND, "The subject has no limit on the quota type"),
    UNKNOWN_RESERVATION("unknown-reservation", ProblemCategory.NOT_FOUND, "There is no such reservation"),
    RESERVATION_ENDED("reservation-ended", ProblemCategory.CONFLICT, "The reservation has ended otherwise"),
    PLAN_CHANGED("plan-changed", ProblemCategory.PRECONDITION, "Another version of the plan is in effect"),
    SCALE_CONFLICT("scale-conflict", ProblemCategory.CONFLICT, "The quota type has another scale"),
    NO_LIFETIME_LIMIT("no-lifetime-limit", ProblemCategory.CONFLICT, "The quota type has no lifetime limit"),
    CONTENDED("contended", ProblemCategory.OVERLOADED, "Too many change the same at once"),
    WRONG_TYPE("wrong-type", ProblemCategory.INTERNAL,
            "The store holds something else in the place of what quotas keep");

    private final Definition definition;

    QuotaProblem(String slug, ProblemCategory category, String title) {
        this.definition = new Definition(slug, category, title);
    }

    @Override
    public Definition definition() {
        return definition;
    }
}
