package io.tallygate.cache;

import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Where a cache's values come from. Thread-safe, and must not block: it is called on the thread of whoever asks. */
@FunctionalInterface
public interface Loader<V> {

    /** The value of a key as it is now; empty where there is none. A failure is not kept. */
    CompletionStage<Optional<V>> load(String key);
}
