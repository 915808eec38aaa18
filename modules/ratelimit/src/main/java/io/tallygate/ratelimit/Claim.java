package io.tallygate.ratelimit;

/**
 * A number of hits that a request asks of one limit.
 *
 * @param key      what the limit counts for; it was made with {@code limit}
 * @param name     what answers call the limit
 * @param limit    its numbers
 * @param hits     how many to count, up to {@link Limit#REQUESTS_MAX} either way; 0 only looks, a negative number gives
 *                 back at most what counts now; of {@code concurrency}, permits
 * @param tested   how many must fit: those counted, or 1 for a look that asks whether one would pass, or 0 for one that
 *                 asks whether what counts now is within the limit. Without effect where hits are given back
 * @param enforced whether it may deny the request; one that is not is counted and reported
 * @param group    claims of one number stand or fall together
 */
public record Claim(LimitKey key, String name, Limit limit, long hits, long tested, boolean enforced, int group) {

    public Claim {
        if (hits < -Limit.REQUESTS_MAX || hits > Limit.REQUESTS_MAX) {
            throw new IllegalArgumentException("hits: " + hits + ", must be at most " + Limit.REQUESTS_MAX);
        }
        if (tested < 0 || tested > Limit.REQUESTS_MAX || (hits > 0 && tested != hits)) {
            throw new IllegalArgumentException("tested: " + tested + " of " + hits + " hits");
        }
    }

    /** An enforced claim in the first group; with 0 hits it asks whether one would pass. */
    public static Claim of(LimitKey key, String name, Limit limit, long hits) {
        return new Claim(key, name, limit, hits, hits > 0 ? hits : 1, true, 0);
    }

    public Claim inGroup(int number) {
        return new Claim(key, name, limit, hits, tested, enforced, number);
    }

    /** The same, never denying. */
    public Claim notEnforced() {
        return new Claim(key, name, limit, hits, tested, false, group);
    }

    /** The same question without an effect. */
    Claim looking() {
        return new Claim(key, name, limit, 0, tested, enforced, group);
    }

    /** The same hits, given back. */
    Claim givenBack() {
        return new Claim(key, name, limit, -Math.max(0, hits), tested, enforced, group);
    }
}
