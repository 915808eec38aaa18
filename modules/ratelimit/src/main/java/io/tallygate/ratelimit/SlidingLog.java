package io.tallygate.ratelimit;

/**
 * At most the limit in every interval {@code (t − W, t]}. A state is the time of every hit that is still within it; hits at
 * one time are one entry. There are never more entries than the limit: what is forced beyond it shares the newest one.
 */
final class SlidingLog implements Transition {

    @Override
    public boolean isFarAhead(Limit limit, Cell cell, long now) {
        return cell.log != null && !cell.log.isEmpty() && cell.log.newest() - now > limit.windowTicks();
    }

    @Override
    public void pullBack(Limit limit, Cell cell, long now) {
        if (cell.log != null) {
            cell.log.append(cell.log.newest(), Math.max(0, limit.requests() - cell.log.total()), limit.requests());
            cell.log.moveTo(now);
        }
    }

    @Override
    public void refresh(Limit limit, Cell cell, long now) {
        cell.used = cell.log == null ? 0 : cell.log.totalAfter(gone(limit, cell.log, now));
    }

    /** What has this time, or an earlier one, counts no more. */
    private static long gone(Limit limit, TimedCounts log, long now) {
        return (log.isEmpty() ? now : Math.max(now, log.newest())) - limit.windowTicks();
    }

    @Override
    public boolean admits(Limit limit, Cell cell, long now, long hits) {
        return hits <= limit.requests() - cell.used;
    }

    @Override
    public void add(Limit limit, Cell cell, long now, long hits) {
        TimedCounts log = cell.log == null ? new TimedCounts() : cell.log;
        cell.log = log;
        log.dropThrough(gone(limit, log, now));
        log.append(now, hits, limit.requests());
        cell.used = log.total();
    }

    /** The oldest first, so that those which stay leave no earlier than the hits that they stand for. */
    @Override
    public void giveBack(Limit limit, Cell cell, long now, long hits) {
        if (cell.log != null) {
            cell.log.dropThrough(gone(limit, cell.log, now));
            cell.log.removeOldest(hits);
            cell.used = cell.log.total();
        }
    }

    @Override
    public boolean isBlank(Cell cell) {
        return cell.used == 0;
    }

    @Override
    public void report(Limit limit, Cell cell, long now, long tested) {
        TimedCounts log = cell.log;
        cell.at = 0;
        cell.extra = 0;
        if (log != null && cell.used > 0) {
            cell.at = log.newest();
            long tooMany = cell.used + tested - limit.requests();
            if (tooMany > 0 && tested <= limit.hitsMax()) {
                cell.extra = log.timeOf(log.total() - cell.used + tooMany) + limit.windowTicks();
            }
        }
    }

    @Override
    public long remaining(Limit limit, Standing state, long now) {
        return Math.max(0, limit.requests() - state.used());
    }

    @Override
    public long resetAt(Limit limit, Standing state, long now) {
        return state.used() == 0 ? now : state.at() + limit.windowTicks();
    }

    @Override
    public long retryAt(Limit limit, Standing state, long hits) {
        return state.extra();
    }
}
