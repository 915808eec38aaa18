package io.tallygate.counter;

/** What waits in the group commit of counters. */
sealed interface Operation permits Write, Operation.Reset {

    /** How many changes it counts for in the bounds of queue and batch. */
    int weight();

    /** Forgets a counter. */
    record Reset(CounterKey counter) implements Operation {

        @Override
        public int weight() {
            return 1;
        }
    }
}
