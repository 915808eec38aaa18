package io.tallygate.ledger;

/** Where flushes are applied: a store, or a process that has one. */
@FunctionalInterface
public interface FlushApplier {

    /**
     * Applies a flush in one atomic step: its changes, its keyed requests with their records, and its number with its
     * fingerprint. A flush that was applied before changes nothing and gets the answer of the first time. Blocks, with a
     * bound of its own on how long.
     *
     * <p>A writer sends a number only after the one before was answered. So only a flush that was delayed on its way, and
     * meanwhile sent again, can come later than a later one, unless two writers have one name, as those of two processes
     * that were restored from one image have. No flush is ever answered with what another one did.
     *
     * @throws io.tallygate.kernel.StoreUnavailableException when it is unknown whether it was applied
     * @throws ForeignFlushException                         when its number belongs to another flush; it was not applied
     * @throws StaleFlushException                           when a later number of its writer was applied; nothing was
     *                                                       changed now
     * @throws io.tallygate.kernel.UnknownOutcomeException   when it cannot be found out whether it was applied, in whole
     *                                                       or in part
     * @throws RuntimeException                              any other: it was not applied, and repeating it would not help
     */
    FlushResult apply(Flush flush);
}
