package io.tallygate.ratelimit;

/**
 * At most {@code burst + t × rate} in any interval {@code t}: the generic cell rate algorithm (ITU-T I.371) in the form of a
 * debt, exact in integers. A hit adds {@link Limit#weight}, a tick takes {@link Limit#rate}, and hits pass if the debt after
 * them is at most {@link Limit#capacity}. A state is a debt and when it was that.
 */
final class TokenBucket implements Transition {

    @Override
    public boolean isFarAhead(Limit limit, Cell cell, long now) {
        return cell.used > 0 && cell.at - now > limit.windowTicks();
    }

    @Override
    public void pullBack(Limit limit, Cell cell, long now) {
        cell.used = Math.max(cell.used, limit.capacity());
        cell.at = now;
    }

    @Override
    public void refresh(Limit limit, Cell cell, long now) {
        long elapsed = now - cell.at;
        if (cell.used == 0 || elapsed > limit.drainTicksMax()) {
            cell.used = 0;
            cell.at = now;
        } else if (elapsed > 0) {
            cell.used = Math.max(0, cell.used - elapsed * limit.rate());
            cell.at = now;
        }
    }

    @Override
    public boolean admits(Limit limit, Cell cell, long now, long hits) {
        return hits <= limit.hitsMax() && cell.used <= limit.capacity() - hits * limit.weight();
    }

    @Override
    public void add(Limit limit, Cell cell, long now, long hits) {
        cell.used = Saturating.plus(cell.used, Saturating.times(hits, limit.weight()), limit.precision().bound());
    }

    @Override
    public void giveBack(Limit limit, Cell cell, long now, long hits) {
        cell.used = Math.max(0, cell.used - Saturating.times(hits, limit.weight()));
    }

    @Override
    public boolean isBlank(Cell cell) {
        return cell.used == 0;
    }

    /** A hit of which a part is taken off counts whole again: only so is the debt a number of hits. */
    @Override
    public void convert(Limit from, Limit to, Cell cell) {
        long hits = Math.ceilDiv(cell.used, from.weight());
        cell.used = Math.min(Saturating.times(hits, to.weight()), to.precision().bound());
        cell.at = Times.converted(cell.at, from, to);
    }

    @Override
    public long remaining(Limit limit, Standing state, long now) {
        return limit.hitsMax() == 0 ? 0 : Math.max(0, limit.capacity() - state.used()) / limit.weight();
    }

    @Override
    public long resetAt(Limit limit, Standing state, long now) {
        return state.at() + Math.ceilDiv(state.used(), limit.rate());
    }

    @Override
    public long retryAt(Limit limit, Standing state, long hits) {
        long tooMuch = state.used() - (limit.capacity() - hits * limit.weight());
        return state.at() + Math.ceilDiv(Math.max(0, tooMuch), limit.rate());
    }
}
