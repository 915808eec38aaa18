package io.tallygate.event;

import java.util.List;

/** What consumes events in this process, for those who watch it. Thread-safe. */
@FunctionalInterface
public interface Consumers {

    /** The consumers of this process, always the same in the same order. Costs nothing. */
    List<ConsumerStatistics> consumers();
}
