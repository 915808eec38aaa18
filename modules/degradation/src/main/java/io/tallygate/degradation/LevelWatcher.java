package io.tallygate.degradation;

/**
 * Hears of the levels of this process's features. Thread-safe. Every bean of this type is told; it is made before {@link Degradation},
 * and so must not need that.
 */
public interface LevelWatcher {

    /** A feature's level became another one. Called for one change at a time, in their order. Must not block or throw. */
    void changed(LevelChange change);

    /**
     * Called a few times a second where anything runs in the background. Must not block or throw.
     *
     * @param now nanoseconds that only rise
     */
    default void look(@SuppressWarnings("unused") long now) {}
}
