package io.tallygate.ledger;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** Where flushes are applied: a store, or a process that has one. */
@FunctionalInterface
public interface FlushApplier {

    /** One that has its answers when it returns, and blocks for them. */
    static FlushApplier of(Function<Flush, FlushResult> store) {
        return flush -> CompletableFuture.completedFuture(store.apply(flush));
    }

    /**
     * Applies a flush in one atomic step: its changes, its keyed requests with their records, and its number with its
     * fingerprint. A flush that was applied before changes nothing and gets the answer of the first time.
     *
     * <p>A writer sends a number only after the one before was answered. So only a flush that was delayed on its way, and
     * meanwhile sent again, can come later than a later one, unless two writers have one name, as those of two processes
     * that were restored from one image have. No flush is ever answered with what another one did.
     *
     * @return comes within a time that is bounded here, maybe on a thread that must not block. Fails, or this throws,
     *         <ul>
     *         <li>a {@link io.tallygate.kernel.StoreUnavailableException} when it is unknown whether it was applied
     *         <li>a {@link ForeignFlushException} when its number belongs to another flush; it was not applied
     *         <li>a {@link StaleFlushException} when a later number of its writer was applied; nothing was changed now
     *         <li>a {@link io.tallygate.kernel.UnknownOutcomeException} when it cannot be found out whether it was applied,
     *         in whole or in part
     *         <li>any other: it was not applied, and repeating it would not help
     *         </ul>
     */
    CompletionStage<FlushResult> apply(Flush flush);
}
