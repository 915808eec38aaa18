package io.tallygate.recommendation;

import java.util.concurrent.CompletionStage;

/**
 * Recommendations, as callers use them. Thread-safe; no method blocks, and what is wrong with a request fails its stage.
 *
 * <p>A stage fails with an {@link io.tallygate.kernel.InvalidInputException} when a value breaks a rule, with a {@link
 * io.tallygate.kernel.DomainProblemException} whose kind is {@link RecommendationProblem#WRONG_TYPE} when the store holds
 * something else in the place of what it asks for, and with an {@link io.tallygate.kernel.UnavailableException} when the store,
 * or this process, cannot serve it now.
 */
public interface Recommendations {

    /** The most items in one answer. */
    int LIMIT_MAX = 100;

    /**
     * What others who touched the user's last items also touched, without these. Without a history, and where nobody else
     * touched its items, what is popular.
     *
     * @param userId 1 to 256 bytes of UTF-8 without control characters
     * @param limit  1 to {@link #LIMIT_MAX}
     */
    CompletionStage<Recommendation> recommend(String userId, int limit);

    /**
     * What was popular when this process saw it last: within the last seconds while {@link #recommend} is asked and the store
     * answers. Asks nobody.
     *
     * @param limit 1 to {@link #LIMIT_MAX}
     */
    Recommendation remembered(int limit);

    /**
     * Forgets a user's history, and completes once that is committed. Interactions from before it that have still to be folded
     * do not begin it anew. What stays is the user's name with the time of this call, and in the counts of items what the
     * history has added to them, without saying whose it was.
     *
     * @param userId as that of {@link #recommend}
     */
    CompletionStage<Void> forget(String userId);
}
