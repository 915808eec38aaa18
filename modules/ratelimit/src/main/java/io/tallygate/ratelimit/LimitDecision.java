package io.tallygate.ratelimit;

import java.util.OptionalLong;

/**
 * What became of one claim. What it tells about hits and times is computed when it is asked, from the state of the key after
 * the decision. Times are rounded up to a tick of the limit, and are lengths from the moment of the decision.
 *
 * @param wanted  how many hits had to fit: those that the claim tests, beside what claims before it in its group take of the
 *                same key
 * @param allowed whether this limit let its claim pass; the request may have been denied by another
 * @param over    whether it passed only because it was forced
 * @param now     when it was decided, in ticks since the epoch
 * @param used    the state after it, as are {@code at} and {@code extra}: what they are depends on the algorithm
 */
public record LimitDecision(Claim claim, long wanted, boolean allowed, boolean over, long now, long used, long at,
        long extra) implements Standing {

    static LimitDecision of(Claim claim, long wanted, boolean fits, boolean force, long now, Standing after) {
        return new LimitDecision(claim, wanted, fits || force, force && !fits, now, after.used(), after.at(),
                after.extra());
    }

    private Transition transition() {
        return claim.limit().algorithm().transition();
    }

    /** Whether it denies the request. */
    public boolean denies() {
        return claim.enforced() && !allowed;
    }

    /** Whether so many hits can never pass. */
    public boolean exceedsLimit() {
        return !allowed && wanted > claim.limit().hitsMax();
    }

    /** How long the limit's window is, in nanoseconds; one of the calendar, the period in which it was decided. */
    public long windowNanos() {
        return claim.limit().windowNanos(now * claim.limit().tick().nanos());
    }

    /** How many more hits would pass now; not negative. */
    public long remaining() {
        return transition().remaining(claim.limit(), this, now);
    }

    /** In how many nanoseconds the whole limit is there again, if nothing else is counted; unknown for leases. */
    public OptionalLong resetAfterNanos() {
        return claim.limit().algorithm() == Algorithm.CONCURRENCY
                ? OptionalLong.empty()
                : OptionalLong.of(nanosUntil(transition().resetAt(claim.limit(), this, now)));
    }

    /**
     * In how many nanoseconds the same claim passes, with those before it, if nothing else is counted. Empty when it passed, or never will
     * ({@link #exceedsLimit}).
     */
    public OptionalLong retryAfterNanos() {
        return allowed || exceedsLimit()
                ? OptionalLong.empty()
                : OptionalLong.of(nanosUntil(transition().retryAt(claim.limit(), this, wanted)));
    }

    private long nanosUntil(long tick) {
        return Saturating.times(Math.max(0, tick - now), claim.limit().tick().nanos());
    }
}
