package io.tallygate.event;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A replay of all dead letters that a filter meant when it was asked for.
 *
 * @param id        names it
 * @param rate      how many are begun in a second, at most
 * @param matched   how many the filter meant
 * @param succeeded how many have had their effect
 * @param failed    how many have failed again
 * @param skipped   how many had nothing to be done for: another replay was faster, or they are purged
 * @param endedAt   when the last one was done; null while it runs
 * @param range     which are left
 */
public record ReplayRun(String id, String topic, DeadLetterFilter filter, int rate, long matched, long succeeded,
        long failed, long skipped, Instant startedAt, @Nullable Instant endedAt, Range range) {

    /**
     * Which dead letters are left.
     *
     * @param after   the id behind which they are; empty before all
     * @param through the id of the last one; empty when none was meant
     */
    public record Range(String after, String through) {}

    /** A replay that has begun with nothing done. */
    static ReplayRun begun(String id, String topic, DeadLetterFilter filter, int rate, long matched, Instant startedAt,
            String through) {
        return new ReplayRun(id, topic, filter, rate, matched, 0, 0, 0, startedAt, null, new Range("", through));
    }

    ReplayRun advanced(long moreSucceeded, long moreFailed, long moreSkipped, String after) {
        return new ReplayRun(id, topic, filter, rate, matched, succeeded + moreSucceeded, failed + moreFailed,
                skipped + moreSkipped, startedAt, endedAt, new Range(after, range.through));
    }

    ReplayRun ended(Instant at) {
        return new ReplayRun(id, topic, filter, rate, matched, succeeded, failed, skipped, startedAt, at, range);
    }
}
