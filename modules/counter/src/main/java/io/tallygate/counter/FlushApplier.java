package io.tallygate.counter;

/** Where flushes are applied: a store, or a process that has one. */
@FunctionalInterface
public interface FlushApplier {

    /**
     * Applies a flush in one atomic step: its changes, its keyed requests with their records, and its number. A flush
     * whose number was applied before changes nothing and gets the answer of the first time. Blocks, with a bound of its
     * own on how long.
     *
     * <p>A writer sends a number only after the one before was answered. Only a flush that was delayed on its way, and
     * meanwhile sent again, can come later than a later one.
     *
     * @throws io.tallygate.kernel.StoreUnavailableException when it is unknown whether it was applied
     * @throws StaleFlushException                           when a later one of its writer was applied; nothing was changed
     * @throws RuntimeException                              any other: it was not applied, and repeating it would not help
     */
    FlushResult apply(Flush flush);
}
