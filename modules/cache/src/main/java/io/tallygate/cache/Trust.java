package io.tallygate.cache;

/**
 * A time in which all that was told of a cache was heard. What entered L1 in another one is asked about before it is
 * used; what entered it in another generation is forgotten. Compared by identity.
 */
final class Trust {

    private final long generation;

    private Trust(long generation) {
        this.generation = generation;
    }

    static Trust first() {
        return new Trust(0);
    }

    /** After a time in which nothing was heard, and nothing was lost. */
    Trust doubted() {
        return new Trust(generation);
    }

    /** After something was lost, or all was invalidated. */
    Trust lost() {
        return new Trust(generation + 1);
    }

    boolean isOfGeneration(Trust other) {
        return generation == other.generation;
    }
}
