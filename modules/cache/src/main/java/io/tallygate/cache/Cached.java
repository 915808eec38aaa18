package io.tallygate.cache;

import java.time.Instant;
import java.util.Optional;

/**
 * What a cache answers. Immutable.
 *
 * @param value empty where it is known that there is none
 * @param asOf  when it was read from its source, by the clock of the process that did so
 * @param stale whether its life is over, and it is told because nothing newer could be had
 */
public record Cached<V>(Optional<V> value, Instant asOf, boolean stale) {

    /** The same, told after its life. */
    Cached<V> asStale() {
        return stale ? this : new Cached<>(value, asOf, true);
    }
}
