package io.tallygate.ratelimit;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rule by which claims of one request take effect together: from the states of their keys to the states afterwards and
 * what became of each claim, group by group. It knows no store. For one thread, once.
 *
 * <p>Claims of one group that are for one key are tested one after the other: each with what those before it take, and
 * without what they give back.
 */
final class Round {

    private final RateLimitRequest request;
    private final List<Claim> claims;
    private final Cell[] cells;
    private final long nanos;
    private final Leases.@Nullable Name lease;
    private final long[] wanted;
    private final boolean[] fits;
    private final boolean[] counted;
    private final List<LimitDecision> decisions;
    private boolean allowed = true;
    private long leaseEndNanos = Long.MAX_VALUE;

    /**
     * @param cells one for each claim, the same for claims of one key
     * @param nanos when it is decided, since the epoch
     * @param lease under which permits are taken
     */
    Round(RateLimitRequest request, Cell[] cells, long nanos, Leases.@Nullable Name lease) {
        this.request = request;
        this.claims = request.claims();
        this.cells = cells;
        this.nanos = nanos;
        this.lease = lease;
        this.wanted = new long[cells.length];
        this.fits = new boolean[cells.length];
        this.counted = new boolean[cells.length];
        this.decisions = new ArrayList<>(cells.length);
    }

    /** Decides a group, and changes no more of a state than time does. */
    void test(int from, int end) {
        boolean groupAllowed = true;
        for (int i = from; i < end; i++) {
            cells[i].pending = 0;
        }
        for (int i = from; i < end; i++) {
            Claim claim = claims.get(i);
            fits[i] = fits(i);
            if (claim.hits() > 0 && (fits[i] || request.force())) {
                cells[i].pending += claim.hits();
            }
            groupAllowed &= fits[i] || !claim.enforced() || request.force();
        }
        boolean countsOn = request.countsOn(from, end);
        for (int i = from; i < end; i++) {
            counted[i] = counts(claims.get(i), fits[i] || request.force(), groupAllowed, countsOn);
        }
        allowed &= groupAllowed;
    }

    private boolean fits(int i) {
        Claim claim = claims.get(i);
        Cell cell = cells[i];
        cell.refresh(claim.limit(), nanos);
        long now = claim.limit().tick().of(nanos);
        wanted[i] = cell.pending + claim.tested();
        return claim.hits() < 0
                || claim.limit().algorithm().transition().admits(claim.limit(), cell, now, wanted[i]);
    }

    /** Whether a claim changes the state of its key. */
    static boolean counts(Claim claim, boolean passes, boolean groupAllowed, boolean countsOn) {
        return claim.hits() != 0 && (countsOn || (groupAllowed && (passes || claim.hits() < 0)));
    }

    /** Whether a claim was found to change the state of its key. */
    boolean counted(int i) {
        return counted[i];
    }

    /** Changes the states of a group that was decided. */
    void apply(int from, int end) {
        for (int i = from; i < end; i++) {
            if (counted[i]) {
                apply(claims.get(i), cells[i]);
            }
        }
        for (int i = from; i < end; i++) {
            Claim claim = claims.get(i);
            cells[i].become(claim.limit());
            long now = claim.limit().tick().of(nanos);
            claim.limit().algorithm().transition().report(claim.limit(), cells[i], now, wanted[i]);
            decisions.add(LimitDecision.of(claim, wanted[i], fits[i], request.force(), now, cells[i]));
        }
    }

    private void apply(Claim claim, Cell cell) {
        Limit limit = claim.limit();
        cell.become(limit);
        cell.lease = lease;
        count(claim, cell, limit.tick().of(nanos));
        Leases leases = cell.leases;
        if (claim.hits() > 0 && leases != null && lease != null) {
            leaseEndNanos = Math.min(leaseEndNanos, leases.endOf(lease) * limit.tick().nanos());
        }
    }

    /** Changes the state of a key by a claim that counts. */
    static void count(Claim claim, Cell cell, long now) {
        Transition transition = claim.limit().algorithm().transition();
        if (claim.hits() > 0) {
            transition.add(claim.limit(), cell, now, claim.hits());
        } else {
            transition.giveBack(claim.limit(), cell, now, -claim.hits());
        }
        cell.changed = true;
    }

    /** Whether no enforced claim was denied so far. */
    boolean allowed() {
        return allowed;
    }

    /** What became of the claims of the groups that were applied. */
    List<LimitDecision> decisions() {
        return decisions;
    }

    /** Whether permits were taken under the lease. */
    boolean tookPermits() {
        return leaseEndNanos != Long.MAX_VALUE;
    }

    /** When the first of those permits end, since the epoch. */
    long leaseEndNanos() {
        return leaseEndNanos;
    }
}
