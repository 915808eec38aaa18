package io.tallygate.recommendation;

import io.tallygate.kernel.ProblemCategory;
import io.tallygate.kernel.ProblemKind;

/** The kinds of error that only recommendations have. */
public enum RecommendationProblem implements ProblemKind {
    WRONG_TYPE("wrong-type", ProblemCategory.INTERNAL,
            "The store holds something else in the place of what recommendations keep");

    private final Definition definition;

    RecommendationProblem(String slug, ProblemCategory category, String title) {
        this.definition = new Definition(slug, category, title);
    }

    @Override
    public Definition definition() {
        return definition;
    }
}
