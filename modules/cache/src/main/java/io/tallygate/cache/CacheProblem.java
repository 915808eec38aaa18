package io.tallygate.cache;

import io.tallygate.kernel.ProblemCategory;
import io.tallygate.kernel.ProblemKind;

/** What only caches refuse. */
public enum CacheProblem implements ProblemKind {
    UNKNOWN_CACHE("unknown-cache", ProblemCategory.NOT_FOUND, "There is no such cache"),
    CACHE_WITHOUT_LOADER("cache-without-loader", ProblemCategory.CONFLICT,
            "The cache does not know where its values come from");

    private final Definition definition;

    CacheProblem(String slug, ProblemCategory category, String title) {
        this.definition = new Definition(slug, category, title);
    }

    @Override
    public Definition definition() {
        return definition;
    }
}
