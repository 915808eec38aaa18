package io.tallygate.ratelimit;

/**
 * Where a window that is aligned stands, by ends of periods, in nanoseconds since the epoch. A store whose clock is not the
 * caller's finds its own period by them, as long as it is at most one off.
 *
 * @param previousEnd when the period before ended, and this one began
 * @param end         when this one ends
 * @param nextEnd     when the one after this ends
 */
public record Periods(long previousEnd, long end, long nextEnd) {

    boolean contain(long nanos) {
        return nanos >= previousEnd && nanos < end;
    }
}
