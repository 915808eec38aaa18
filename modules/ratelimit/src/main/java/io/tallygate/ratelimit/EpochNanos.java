package io.tallygate.ratelimit;

import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/** Nanoseconds since 1970-01-01T00:00:00Z, by a wall clock: a 64-bit integer holds them until the year 2262. */
final class EpochNanos implements LongSupplier {

    private static final long SECOND = 1_000_000_000;

    private final InstantSource clock;

    EpochNanos(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public long getAsLong() {
        return of(clock.instant());
    }

    static long of(Instant instant) {
        return instant.getEpochSecond() * SECOND + instant.getNano();
    }

    static Instant instant(long nanos) {
        return Instant.ofEpochSecond(Math.floorDiv(nanos, SECOND), Math.floorMod(nanos, SECOND));
    }
}
