package io.tallygate.ratelimit;

import org.jspecify.annotations.Nullable;

/**
 * The state of one key while it is decided on. Mutable, for one thread; its times are in ticks of the limit that it
 * {@link #become became}. A store adds where it keeps it.
 */
class Cell implements Standing {

    long used;
    long at;
    long extra;
    /** Of {@code sliding_log}; null when nothing is counted. */
    @Nullable
    TimedCounts log;
    /** Of {@code concurrency}; null when nothing is held. */
    @Nullable
    Leases leases;
    /** Under which permits are taken; null for permits without a name. */
    Leases.@Nullable Name lease;
    /** Hits of the claims in hand that were found to fit and are not yet counted. */
    long pending;
    /** Whether it is to be kept. */
    boolean changed;
    private @Nullable Limit limit;

    @Override
    public long used() {
        return used;
    }

    @Override
    public long at() {
        return at;
    }

    @Override
    public long extra() {
        return extra;
    }

    /** The limit whose state it is; null for a key that is not there. */
    @Nullable
    Limit limit() {
        return limit;
    }

    /** Its list; null when it has none. */
    @Nullable
    Listed list() {
        return log == null ? leases : log;
    }

    /** Nothing is counted. */
    void clear() {
        used = 0;
        at = 0;
        extra = 0;
        log = null;
        leases = null;
        lease = null;
        pending = 0;
        changed = false;
        limit = null;
    }

    /** Takes a state as it was stored. */
    void is(Limit stored, long nowUsed, long nowAt, long nowExtra) {
        clear();
        limit = stored;
        used = nowUsed;
        at = nowAt;
        extra = nowExtra;
    }

    /** Brings it to a time, in nanoseconds since the epoch, and to a limit, which it goes on with. */
    void refresh(Limit other, long nanos) {
        if (limit != null && !limit.equals(other)) {
            refresh(limit.algorithm().transition(), limit, nanos);
        }
        become(other);
        refresh(other.algorithm().transition(), other, nanos);
    }

    private void refresh(Transition transition, Limit by, long nanos) {
        long now = by.tick().of(nanos);
        if (transition.isFarAhead(by, this, now)) {
            transition.pullBack(by, this, now);
            changed = true;
        }
        transition.refresh(by, this, now);
    }

    /** Goes on with a limit of other numbers: what was used is kept, unless it is counted in another way. */
    void become(Limit other) {
        Limit former = limit;
        if (former != null && !former.equals(other)) {
            if (former.sharesStateWith(other)) {
                other.algorithm().transition().convert(former, other, this);
            } else {
                clear();
            }
        }
        limit = other;
    }
}
