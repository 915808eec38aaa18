package io.tallygate.ratelimit;

/**
 * At most the limit of permits in leases that have not ended. A lease ends when it is released, or a window after it was
 * taken or renewed. A state is the end of every lease.
 */
final class Concurrency implements Transition {

    /** Its last lease was taken more than a window ahead, so it ends two windows ahead. */
    @Override
    public boolean isFarAhead(Limit limit, Cell cell, long now) {
        return cell.leases != null && !cell.leases.isEmpty()
                && cell.leases.lastEnd() - now > 2 * limit.windowTicks();
    }

    @Override
    public void pullBack(Limit limit, Cell cell, long now) {
        Leases leases = cell.leases;
        if (leases != null) {
            leases.moveTo(now + limit.windowTicks());
            long left = limit.requests() - leases.permits();
            if (left > 0) {
                leases.add(null, now + limit.windowTicks(), left);
            }
        }
    }

    @Override
    public void refresh(Limit limit, Cell cell, long now) {
        cell.used = cell.leases == null ? 0 : cell.leases.permitsAfter(now);
    }

    @Override
    public boolean admits(Limit limit, Cell cell, long now, long hits) {
        return hits <= limit.requests() - cell.used;
    }

    @Override
    public void add(Limit limit, Cell cell, long now, long hits) {
        Leases leases = cell.leases == null ? new Leases() : cell.leases;
        cell.leases = leases;
        leases.dropThrough(now);
        leases.add(cell.lease, now + limit.windowTicks(), hits);
        cell.used = leases.permits();
    }

    /** Ends the oldest of the leases without a name. */
    @Override
    public void giveBack(Limit limit, Cell cell, long now, long hits) {
        if (cell.leases != null) {
            cell.leases.dropThrough(now);
            cell.leases.removeOldestUnnamed(hits);
            cell.used = cell.leases.permits();
        }
    }

    @Override
    public boolean isBlank(Cell cell) {
        return cell.used == 0;
    }

    @Override
    public void report(Limit limit, Cell cell, long now, long tested) {
        Leases leases = cell.leases;
        cell.at = 0;
        cell.extra = 0;
        if (leases != null && cell.used > 0) {
            cell.at = leases.lastEnd();
            long tooMany = cell.used + tested - limit.requests();
            if (tooMany > 0 && tested <= limit.hitsMax()) {
                cell.extra = leases.timeOf(leases.permits() - cell.used + tooMany);
            }
        }
    }

    @Override
    public long remaining(Limit limit, Standing state, long now) {
        return Math.max(0, limit.requests() - state.used());
    }

    @Override
    public long resetAt(Limit limit, Standing state, long now) {
        return state.used() == 0 ? now : state.at();
    }

    @Override
    public long retryAt(Limit limit, Standing state, long hits) {
        return state.extra();
    }
}
