package io.tallygate.event;

import java.time.Duration;
import java.util.Set;

/**
 * The bounds of topics.
 *
 * @param partitions     of a topic that is used for the first time
 * @param retention      how long events are kept that every group has behind it
 * @param retentionBytes how many bytes of a topic's events are kept
 * @param pollInterval   how soon what other processes append is seen
 * @param shared         whether other processes may consume from the same store
 * @param closeTimeout   how long closing waits for what is under way
 * @param unconsumed     topics that nobody here consumes
 */
record EventSettings(int partitions, Duration retention, long retentionBytes, Duration pollInterval,
        boolean shared, Duration closeTimeout, Set<String> unconsumed) {

    /** Where all topics are consumed. */
    EventSettings(int partitions, Duration retention, long retentionBytes, Duration pollInterval, boolean shared,
            Duration closeTimeout) {
        this(partitions, retention, retentionBytes, pollInterval, shared, closeTimeout, Set.of());
    }

    private static final Duration ORPHANED_AFTER = Duration.ofSeconds(30);

    /** How long nothing is heard of a replay before another process goes on with it. */
    Duration orphanedAfter() {
        return shared ? ORPHANED_AFTER : Duration.ZERO;
    }
}
