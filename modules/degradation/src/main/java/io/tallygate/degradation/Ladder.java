package io.tallygate.degradation;

/**
 * Where a feature stands between {@link Level#NORMAL} and {@link Level#MINIMAL}, and how far it is on its way back up: what
 * changes a level, and nothing else. Immutable; times are nanoseconds of one ticker.
 *
 * <p>It falls at once, as far as the evidence says, and rises one rung at a time: after a dwell without anything bad, a share
 * of the calls tries the better level, in steps, and all of them take it when those have gone well. A relapse, which is a fall
 * soon after a rise or a try that went badly, doubles the dwell.
 *
 * @param changedAt  when the level became this one
 * @param quietSince since when there has been nothing bad that a better level would suffer from
 * @param relapses   how often the dwell is doubled
 * @param roseAt     the last rise; meaningless unless {@code hasRisen}
 * @param step       of the try, from 0; {@link #DWELLING} while there is none
 * @param stepSince  when that step began
 */
record Ladder(Level level, long changedAt, long quietSince, int relapses, boolean hasRisen, long roseAt, int step,
        long stepSince) {

    static final int DWELLING = -1;

    /** At the start everything is as it should be, until it shows otherwise. */
    static Ladder normal(long now) {
        return new Ladder(Level.NORMAL, now, now, 0, false, now, DWELLING, now);
    }

    /** How it stands now. Depends on nothing but what it is given. */
    Ladder next(Evidence evidence, LadderRules rules, long now) {
        Level needed = level == Level.NORMAL && evidence.callsFail(rules.callsMin(), rules.fallBelowPercent())
                ? evidence.required().worse(Level.DEGRADED)
                : evidence.required();
        if (needed.isWorseThan(level)) {
            return fallen(needed, rules, now);
        }
        return level == Level.NORMAL ? forgiven(rules, now) : climbed(evidence, rules, now);
    }

    private Ladder fallen(Level to, LadderRules rules, long now) {
        boolean isRelapse = isTrying() || (hasRisen && now - roseAt < rules.forgetNanos());
        return new Ladder(to, now, now, isRelapse ? rules.oneMore(relapses) : relapses, hasRisen, roseAt, DWELLING,
                now);
    }

    private Ladder forgiven(LadderRules rules, long now) {
        return hasRisen && now - changedAt >= rules.forgetNanos()
                ? new Ladder(level, changedAt, quietSince, 0, false, roseAt, DWELLING, stepSince)
                : this;
    }

    private Ladder climbed(Evidence evidence, LadderRules rules, long now) {
        Level target = target();
        boolean isBad = evidence.required().isWorseThan(target);
        if (evidence.failing().isWorseThan(target) || (isBad && isTrying())) {
            return dwelling(relapses, now);
        }
        if (!isTrying()) {
            boolean isProven = !isBad && !evidence.unproven().isWorseThan(target);
            return isProven && now - quietSince >= rules.dwellNanos(relapses) ? trying(0, now) : this;
        }
        if (evidence.callsFail(rules.callsMin(), rules.relapseBelowPercent())) {
            return dwelling(rules.oneMore(relapses), now);
        }
        if (now - stepSince < rules.stepNanos()) {
            return this;
        }
        return step + 1 < rules.steps() ? trying(step + 1, now) : risen(target, now);
    }

    private Ladder dwelling(int relapsesNow, long now) {
        return new Ladder(level, changedAt, now, relapsesNow, hasRisen, roseAt, DWELLING, now);
    }

    private Ladder trying(int stepNow, long now) {
        return new Ladder(level, changedAt, quietSince, relapses, hasRisen, roseAt, stepNow, now);
    }

    private Ladder risen(Level target, long now) {
        return new Ladder(target, now, now, relapses, true, now, DWELLING, now);
    }

    /** The level that it tries, or would try next. */
    Level target() {
        return level.better();
    }

    boolean isTrying() {
        return step != DWELLING;
    }
}
