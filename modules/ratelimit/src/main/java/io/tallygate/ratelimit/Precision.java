package io.tallygate.ratelimit;

/** How large a store's integers may become, and how finely it tells the time. */
public enum Precision {
    /** 64-bit integers, of which two may be added. */
    MEMORY(1L << 62, Tick.NANOSECOND),
    /** Lua's numbers, which are doubles and so exact up to 2^53, and {@code TIME}, which has microseconds. */
    REDIS(1L << 53, Tick.MICROSECOND);

    private final long bound;
    private final Tick finest;

    Precision(long bound, Tick finest) {
        this.bound = bound;
        this.finest = finest;
    }

    /** What the products that decide must stay below, and the largest debt that is kept. */
    public long bound() {
        return bound;
    }

    Tick finest() {
        return finest;
    }
}
