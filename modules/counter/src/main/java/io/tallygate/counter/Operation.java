package io.tallygate.counter;

import java.util.List;

/** What waits in the group commit of counters. */
sealed interface Operation permits Write, Operation.Frame, Operation.Reset {

    /** How many changes it counts for in the bounds of queue and batch. */
    int weight();

    /** Increments of a session's frame, which its number keeps from counting twice. */
    record Frame(List<Increment> increments) implements Operation {

        @Override
        public int weight() {
            return increments.size();
        }
    }

    /** Forgets a counter. */
    record Reset(CounterKey counter) implements Operation {

        @Override
        public int weight() {
            return 1;
        }
    }
}
