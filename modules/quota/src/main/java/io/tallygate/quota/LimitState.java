package io.tallygate.quota;

import java.time.Instant;
import java.util.Optional;

/**
 * How a limit stands after a decision. Amounts are in units of the scale.
 *
 * @param used     by everything that is written, what is held included; below 0 where credit was paid in
 * @param held     how much of it is reserved
 * @param pending  how much this process had accepted and not written
 * @param end      when the limit counts from 0 again; {@link Period#NEVER} for a lifetime
 * @param denied   whether it did not leave what was asked for
 * @param possible whether it would leave that when nothing was used
 */
public record LimitState(String quotaType, Per per, int scale, long limit, long used, long held, long pending,
        Instant end,
        boolean hard, boolean denied, boolean possible) {

    static LimitState of(Terms.Item item, Terms.Line line, long used, long held, boolean denied, boolean possible) {
        return new LimitState(item.quotaType(), line.per(), item.scale(), line.limit(), used, held, line.pending(),
                line.end(), line.hard(), denied, possible);
    }

    /** The same limit, as it stood, for another amount. */
    LimitState of(long requested, Instant now) {
        boolean isOver = !end.isAfter(now);
        long usedThen = isOver ? 0 : used;
        long pendingThen = isOver ? 0 : pending;
        return new LimitState(quotaType, per, scale, limit, usedThen, isOver ? 0 : held, pendingThen, end, hard,
                hard && usedThen + pendingThen > limit - requested, !hard || requested <= limit);
    }

    /** What is left, counting what is pending as used; never negative. */
    public long remaining() {
        return Math.max(0, limit - used - pending);
    }

    /** Whether more is used than the limit. */
    public boolean over() {
        return used + pending > limit;
    }

    public Optional<Instant> resetsAt() {
        return end.equals(Period.NEVER) ? Optional.empty() : Optional.of(end);
    }

    /** Whether it denied, and will not with its next period. */
    boolean deniesForGood() {
        return denied && (!possible || end.equals(Period.NEVER));
    }
}
