package io.tallygate.cache;

import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Where a cache's values come from. Thread-safe, and must not block: it is called on the thread of whoever asks. */
@FunctionalInterface
public interface Loader<V> {

    /**
     * The value of a key as it is now; empty where there is none. A failure is not kept; a stale value stands in for
     * it, unless it is a {@link io.tallygate.kernel.DomainProblemException} or an {@link
     * io.tallygate.kernel.InvalidInputException}: those are answers.
     */
    CompletionStage<Optional<V>> load(String key);
}
