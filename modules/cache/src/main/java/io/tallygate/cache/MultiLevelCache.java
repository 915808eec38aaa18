package io.tallygate.cache;

import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * A cache in several levels. Thread-safe; no method blocks. Keys are 1 to 256 bytes of UTF-8.
 *
 * @param <V> its values, immutable
 */
public interface MultiLevelCache<V> {

    /** The most keys of one warm-up. */
    int WARM_KEYS_MAX = 10_000;

    /** What it is called: 1 to 64 lower-case letters, digits and hyphens. */
    String name();

    /** Whether it has a loader of its own, so that {@link #get(String)} and {@link #warm} can load. */
    boolean hasLoader();

    /**
     * A key's value, from the first level that has it. Those who wait for the same one are told in the order in which
     * they asked.
     *
     * @return complete already for a hit in L1. Fails as the loader does, or with
     *         {@link io.tallygate.kernel.StoreUnavailableException} when it takes too long, and there is no stale value
     * @throws IllegalStateException when it has no loader
     */
    CompletionStage<Cached<V>> get(String key);

    /** The same, with another loader for the case that it must be loaded. */
    CompletionStage<Cached<V>> get(String key, Loader<V> loader);

    /** The value as far as L1 or L2 have it within its life; empty otherwise. Nothing is loaded. */
    CompletionStage<Optional<Cached<V>>> peek(String key);

    /** Has this value in place of what there is, in all levels and in every process. */
    CompletionStage<Reach> put(String key, V value);

    /**
     * Forgets a value: whoever asks from now on is told what is loaded from now on. Elsewhere it is served at most 3 s
     * more while L2 answers, else at most as long as it lives in L1.
     */
    CompletionStage<Reach> invalidate(String key);

    /** As {@link #invalidate}, all values. */
    CompletionStage<Reach> invalidateAll();

    /** Ends a value's life: it is loaded before it is used, and kept for the case that this fails. */
    CompletionStage<Reach> expire(String key);

    /** As {@link #expire}, all values. */
    CompletionStage<Reach> expireAll();

    /**
     * Gets values at a bounded rate, so that they are there when they are asked for.
     *
     * @param keys at most {@link #WARM_KEYS_MAX}
     * @return never fails
     * @throws IllegalStateException when it has no loader
     */
    CompletionStage<WarmUp> warm(Collection<String> keys);

    CacheFigures figures();
}
