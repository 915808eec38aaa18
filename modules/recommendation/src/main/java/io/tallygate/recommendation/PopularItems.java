package io.tallygate.recommendation;

import java.util.List;
import java.util.concurrent.CompletionStage;

/** What most users touch: whoever counts interactions knows. Thread-safe. */
@FunctionalInterface
public interface PopularItems {

    /**
     * The items with the highest counts of a type, the highest first, with the counts as their scores.
     *
     * @param limit 1 to 1000
     */
    CompletionStage<List<Recommended>> top(String counterType, int limit);
}
