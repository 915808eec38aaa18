package io.tallygate.cache;

import java.util.Optional;

/**
 * A change that processes tell each other.
 *
 * @param key empty for all keys
 */
public record Invalidation(Kind kind, Optional<String> key) {

    /** What becomes of the values. */
    public enum Kind {
        /** They are forgotten. */
        INVALIDATE,
        /** Their life is over. */
        EXPIRE
    }
}
