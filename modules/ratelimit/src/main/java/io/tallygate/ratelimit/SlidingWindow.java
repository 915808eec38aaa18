package io.tallygate.ratelimit;

/**
 * Periods aligned to the epoch, of which the one before counts with the share of it that is still within a window's length:
 * {@code n} hits pass if {@code ceil(previous × (W − e) / W) + current + n ≤ limit}, {@code e} ticks after the start of the
 * period. Against a log of all hits, at most {@code previous × e / W} too many pass and {@code previous × (W − e) / W} too
 * few. A state is the current count, the start of its period, and the count before.
 *
 * <p>Implementation: for integers {@code ceil(x) ≤ k} is {@code x ≤ k}, so deciding multiplies and does not divide. The
 * right side stays below the limit's bound; the left side need not be exact where it is above that.
 */
final class SlidingWindow implements Transition {

    @Override
    public boolean isFarAhead(Limit limit, Cell cell, long now) {
        return !isBlank(cell) && cell.at - now > limit.windowTicks();
    }

    @Override
    public void pullBack(Limit limit, Cell cell, long now) {
        cell.extra = 0;
        cell.used = Math.max(cell.used, limit.requests());
        cell.at = start(limit, now);
    }

    private static long start(Limit limit, long now) {
        return now - Math.floorMod(now, limit.windowTicks());
    }

    @Override
    public void refresh(Limit limit, Cell cell, long now) {
        long window = limit.windowTicks();
        long elapsed = now - cell.at;
        if (elapsed >= window || isBlank(cell)) {
            cell.extra = elapsed < 2 * window ? cell.used : 0;
            cell.used = 0;
            cell.at = start(limit, now);
        }
    }

    @Override
    public boolean admits(Limit limit, Cell cell, long now, long hits) {
        long left = limit.requests() - cell.used - hits;
        return left >= 0 && weighed(limit, cell, now) <= left * limit.windowTicks();
    }

    /** The count before, times as many ticks of its period as are still within a window's length. */
    private static long weighed(Limit limit, Standing state, long now) {
        long elapsed = Math.max(0, now - state.at());
        return Saturating.times(state.extra(), limit.windowTicks() - elapsed);
    }

    @Override
    public void add(Limit limit, Cell cell, long now, long hits) {
        cell.used = Saturating.plus(cell.used, hits, Limit.COUNT_MAX);
    }

    /** First those of this period, which are worth a whole hit each, then those of the one before. */
    @Override
    public void giveBack(Limit limit, Cell cell, long now, long hits) {
        long current = Math.min(cell.used, hits);
        cell.used -= current;
        cell.extra = Math.max(0, cell.extra - (hits - current));
    }

    @Override
    public boolean isBlank(Cell cell) {
        return cell.used == 0 && cell.extra == 0;
    }

    /** The start of a period is a whole number of every tick. */
    @Override
    public void convert(Limit from, Limit to, Cell cell) {
        cell.at = Times.converted(cell.at, from, to);
    }

    @Override
    public long remaining(Limit limit, Standing state, long now) {
        long left = limit.requests() - state.used();
        long weighed = weighed(limit, state, now);
        return left <= 0 || weighed > left * limit.windowTicks()
                ? 0
                : left - Math.ceilDiv(weighed, limit.windowTicks());
    }

    @Override
    public long resetAt(Limit limit, Standing state, long now) {
        return state.at() + (state.used() > 0 ? 2 : 1) * limit.windowTicks();
    }

    /** In this period, as the count before loses weight; or in the next one, as that of this one does. */
    @Override
    public long retryAt(Limit limit, Standing state, long hits) {
        long window = limit.windowTicks();
        long left = limit.requests() - state.used() - hits;
        return left >= 0
                ? state.at() + window - lightest(state.extra(), left, window)
                : state.at() + 2 * window - lightest(state.used(), limit.requests() - hits, window);
    }

    /** The most ticks of a period's {@code count} that weigh no more than so many hits. */
    private static long lightest(long count, long hits, long window) {
        return Math.min(window, hits * window / Math.max(1, count));
    }
}
