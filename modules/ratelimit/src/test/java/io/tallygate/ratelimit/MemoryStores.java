package io.tallygate.ratelimit;

import java.util.function.LongSupplier;

/** Stores in memory for tests of other packages. */
public final class MemoryStores {

    private MemoryStores() {}

    /** An empty one of the least size. {@code clock} has nanoseconds since the epoch. */
    public static RateLimitStore of(LongSupplier clock) {
        return new MemoryStore(MemoryStore.BYTES_MIN, clock);
    }
}
