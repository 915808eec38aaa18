package io.tallygate.quota;

import java.time.Duration;

/**
 * The bounds of quotas.
 *
 * @param lateMax      how old the time of a refund may be
 * @param keep         how long usage is kept after a period of a day or more
 * @param keepShort    how long after a shorter one
 * @param subjectsMax  the most subjects whose limits are kept in memory
 * @param closeTimeout how long closing waits for what was accepted
 */
record QuotaSettings(Duration lateMax, Duration keep, Duration keepShort, int subjectsMax, Duration closeTimeout) {

    private static final Duration KEEP_SHORT = Duration.ofDays(8);
    private static final Duration BEYOND_LATE = Duration.ofHours(24);

    /** Nothing is forgotten before {@code lateMax} and a day are over. */
    static QuotaSettings of(Duration lateMax, Duration keep, int subjectsMax, Duration closeTimeout) {
        if (lateMax.isNegative()) {
            throw new IllegalArgumentException("tallygate.quota.late-max must not be negative");
        }
        Duration least = lateMax.plus(BEYOND_LATE);
        return new QuotaSettings(lateMax, longer(keep, least), longer(KEEP_SHORT, least), subjectsMax, closeTimeout);
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) >= 0 ? one : other;
    }
}
