package io.tallygate.ratelimit;

/**
 * At most the limit in each period, so up to twice the limit in one window's length across a boundary. Periods are aligned
 * to the epoch, or those of a calendar. A state is a count and the end of its period.
 */
final class FixedWindow implements Transition {

    /** Its period is one after the next. */
    @Override
    public boolean isFarAhead(Limit limit, Cell cell, long now) {
        return cell.used > 0 && cell.at > now && cell.at > limit.nextPeriodEnd(now);
    }

    @Override
    public void pullBack(Limit limit, Cell cell, long now) {
        cell.used = Math.max(cell.used, limit.requests());
        cell.at = limit.periodEnd(now);
    }

    /** The next period is gone on with before it begins. */
    @Override
    public void refresh(Limit limit, Cell cell, long now) {
        if (cell.at <= now || cell.used == 0) {
            cell.used = 0;
            cell.at = limit.periodEnd(now);
        }
    }

    @Override
    public boolean admits(Limit limit, Cell cell, long now, long hits) {
        return hits <= limit.requests() - cell.used;
    }

    @Override
    public void add(Limit limit, Cell cell, long now, long hits) {
        cell.used = Saturating.plus(cell.used, hits, Limit.COUNT_MAX);
    }

    @Override
    public void giveBack(Limit limit, Cell cell, long now, long hits) {
        cell.used = Math.max(0, cell.used - hits);
    }

    @Override
    public boolean isBlank(Cell cell) {
        return cell.used == 0;
    }

    @Override
    public long remaining(Limit limit, Standing state, long now) {
        return Math.max(0, limit.requests() - state.used());
    }

    @Override
    public long resetAt(Limit limit, Standing state, long now) {
        return state.at();
    }

    @Override
    public long retryAt(Limit limit, Standing state, long hits) {
        return state.at();
    }
}
