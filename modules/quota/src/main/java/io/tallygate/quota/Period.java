package io.tallygate.quota;

import java.time.Instant;
import java.util.Optional;

/**
 * A span of time in which a limit counts from 0.
 *
 * @param start the first instant that belongs to it; {@link Instant#EPOCH} for a lifetime
 * @param end   the first one that does not; {@link #NEVER} for a lifetime
 */
record Period(Instant start, Instant end) {

    static final Instant NEVER = Instant.MAX;

    static final Period LIFETIME = new Period(Instant.EPOCH, NEVER);

    boolean contains(Instant at) {
        return !at.isBefore(start) && at.isBefore(end);
    }

    /** When the limit counts from 0 again; empty for a lifetime. */
    Optional<Instant> resetsAt() {
        return end.equals(NEVER) ? Optional.empty() : Optional.of(end);
    }
}
