package io.tallygate.degradation;

import java.time.Duration;
import java.util.List;

/**
 * The numbers by which levels change.
 *
 * @param dwell               how long all must be well before a better level is tried
 * @param dwellMax            how long that may become by relapses
 * @param forget              how long after a rise a fall is a relapse, and how much of {@link Level#NORMAL} makes up for all
 * @param step                how long each share is tried
 * @param shares              of the calls that try the better level, in percent, rising
 * @param callsMin            fewer calls say nothing
 * @param fallBelowPercent    of the calls of a normal feature must succeed
 * @param relapseBelowPercent of the calls that try must succeed
 */
record LadderRules(Duration dwell, Duration dwellMax, Duration forget, Duration step, List<Integer> shares,
        int callsMin, int fallBelowPercent, int relapseBelowPercent) {

    /** More doublings than any dwell has room for. */
    private static final int RELAPSES_MAX = 16;
    private static final int JITTER_PERCENT = 10;

    static final LadderRules DEFAULT = new LadderRules(Duration.ofSeconds(30), Duration.ofMinutes(5),
            Duration.ofMinutes(10), Duration.ofSeconds(5), List.of(10, 25, 50, 100), 20, 90, 98);

    LadderRules with(Duration otherDwell, Duration otherStep) {
        return new LadderRules(otherDwell, dwellMax, forget, otherStep, shares, callsMin, fallBelowPercent,
                relapseBelowPercent);
    }

    /**
     * The same for one node, whose dwell is up to a tenth longer, so that not all nodes come back at the same moment.
     *
     * @param random at least 0 and less than 1, the same for as long as the process lives
     */
    LadderRules ofNode(double random) {
        long millis = dwell.toMillis();
        return new LadderRules(dwell.plusMillis((long) (millis * random * JITTER_PERCENT / 100)), dwellMax, forget,
                step, shares, callsMin, fallBelowPercent, relapseBelowPercent);
    }

    int oneMore(int relapses) {
        return Math.min(relapses + 1, RELAPSES_MAX);
    }

    long dwellNanos(int relapses) {
        return Math.min(dwell.toNanos() << relapses, dwellMax.toNanos());
    }

    long forgetNanos() {
        return forget.toNanos();
    }

    long stepNanos() {
        return step.toNanos();
    }

    int steps() {
        return shares.size();
    }
}
