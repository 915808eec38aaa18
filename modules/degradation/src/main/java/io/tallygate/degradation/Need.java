package io.tallygate.degradation;

/**
 * Something that a feature needs, known by the name of its probe.
 *
 * @param critical whether the feature has no more than its {@link Level#MINIMAL} answers without it; else it is {@link
 *                 Level#DEGRADED}
 */
public record Need(String name, boolean critical) {

    /** The store of this process. */
    public static final String STORE = "store";
    /** That what is written reaches it. */
    public static final String STORE_WRITES = "store-writes";
    /** What processes share of their caches. */
    public static final String SHARED_CACHE = "shared-cache";
    /** Redis, where something else than the store is in it. */
    public static final String REDIS = "redis";

    /** One that there is no answer without but the least one. */
    public static Need critical(String name) {
        return new Need(name, true);
    }

    /** One without which answers are worse. */
    public static Need useful(String name) {
        return new Need(name, false);
    }
}
