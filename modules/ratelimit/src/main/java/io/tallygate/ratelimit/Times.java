package io.tallygate.ratelimit;

/** Times of one limit in ticks of another. */
final class Times {

    private Times() {}

    /** The first tick of the other limit that is not before a time. */
    static long converted(long at, Limit from, Limit to) {
        long fromNanos = from.tick().nanos();
        long toNanos = to.tick().nanos();
        return fromNanos >= toNanos ? at * (fromNanos / toNanos) : Math.ceilDiv(at, toNanos / fromNanos);
    }
}
