package io.tallygate.ratelimit;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;

/**
 * Claims that are decided at one moment.
 *
 * @param claims 1 to {@value #CLAIMS_MAX}, those of one group next to each other
 * @param force  counts also what does not fit: every claim is allowed, and told to be over where it was
 * @param leased whether permits of {@code concurrency} are taken under a lease, which has one id for all of them; without
 *               it they have no name, and hits given back end the oldest
 */
public record RateLimitRequest(List<Claim> claims, Counting counting, boolean force, boolean leased) {

    /** The most claims: 20 descriptors of 8 limits. */
    public static final int CLAIMS_MAX = 160;

    public RateLimitRequest {
        claims = List.copyOf(claims);
        if (claims.isEmpty() || claims.size() > CLAIMS_MAX) {
            throw new IllegalArgumentException("claims: " + claims.size() + ", must be 1 to " + CLAIMS_MAX);
        }
        for (int i = 1; i < claims.size(); i++) {
            if (claims.get(i).group() < claims.get(i - 1).group()) {
                throw new IllegalArgumentException("groups must not fall: claim " + i);
            }
        }
    }

    /** All or none, nothing forced, without a lease. */
    public static RateLimitRequest allOf(List<Claim> claims) {
        return new RateLimitRequest(claims, Counting.ALL_OR_NOTHING, false, false);
    }

    /** Each group by itself, as Envoy counts, nothing forced, without a lease. */
    public static RateLimitRequest eachOf(List<Claim> claims) {
        return new RateLimitRequest(claims, Counting.EACH, false, false);
    }

    /** The same claims, each of which is only looked at: whether as many hits would pass. */
    public RateLimitRequest looking() {
        return new RateLimitRequest(claims.stream().map(Claim::looking).toList(), counting, false, false);
    }

    /** The same hits, given back. */
    public RateLimitRequest givenBack() {
        return new RateLimitRequest(claims.stream().map(Claim::givenBack).toList(), counting, false, false);
    }

    /**
     * How many hits had to fit for each claim, as {@link LimitDecision#wanted} says it: for a store that is told no more than
     * which claims passed.
     *
     * @param passed whether the claim at a place fits, or is forced
     */
    public long[] wanted(IntPredicate passed) {
        var wanted = new long[claims.size()];
        Map<LimitKey, Long> taken = new HashMap<>();
        for (int from = 0; from < wanted.length; from = groupEnd(from)) {
            int end = groupEnd(from);
            taken.clear();
            for (int i = from; i < end; i++) {
                Claim claim = claims.get(i);
                wanted[i] = claim.tested() + taken.getOrDefault(claim.key(), 0L);
                if (end - from > 1 && claim.hits() > 0 && passed.test(i)) {
                    taken.merge(claim.key(), claim.hits(), Long::sum);
                }
            }
        }
        return wanted;
    }

    /** Where the claims end that stand or fall together with the one at a place. */
    int groupEnd(int from) {
        if (counting == Counting.ALL_OR_NOTHING) {
            return claims.size();
        }
        int end = from + 1;
        while (end < claims.size() && claims.get(end).group() == claims.get(from).group()) {
            end++;
        }
        return end;
    }

    /** Whether a claim counts even when it does not fit. */
    boolean countsOn(int from, int end) {
        return counting == Counting.EACH && end - from == 1
                && claims.get(from).limit().algorithm() == Algorithm.FIXED_WINDOW;
    }
}
