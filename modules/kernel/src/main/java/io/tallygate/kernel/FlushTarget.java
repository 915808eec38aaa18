package io.tallygate.kernel;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Where a {@link GroupCommit} flushes to. Called again only when the answer before has come, so it may keep state between
 * calls without synchronisation.
 *
 * @param <O> an operation
 * @param <R> what its caller is answered
 */
@FunctionalInterface
public interface FlushTarget<O, R> {

    /** One whose answers are there when it returns. */
    static <O, R> FlushTarget<O, R> of(BlockingFlushTarget<O, R> target) {
        return (sequence, operations) -> CompletableFuture.completedFuture(target.apply(sequence, operations));
    }

    /**
     * Applies operations in one atomic step, in any way that is as if one after the other in their order. This is where
     * operations are folded.
     *
     * @param sequence rises with every flush. After a {@link StoreUnavailableException} the same number comes again
     *                 with the same operations, until there is an answer; the effect must happen once
     * @return one answer an operation, in their order, within a time that the target bounds; maybe on a thread of its own,
     *         which then makes the answers of all callers, and begins the next flush. One operation's failure that leaves the
     *         others intact is an answer. Fails, or this throws,
     *         <ul>
     *         <li>a {@link StoreUnavailableException} when the outcome is unknown
     *         <li>an {@link UnknownOutcomeException} when it will stay unknown. The operations are not repeated, and all fail
     *         with it
     *         <li>any other: nothing was applied and repeating would not help. The operations are then flushed in smaller
     *         parts, down to the one that fails alone
     *         </ul>
     */
    CompletionStage<List<R>> apply(long sequence, List<O> operations);

    /**
     * Whether a flush would begin at once now, as far as can be seen, rather than wait for what another writer does in the same
     * place. Asked by any thread.
     */
    default boolean isFree() {
        return true;
    }

    /**
     * Whether accepted operations that linger are company enough to each other, though they are fewer than {@link
     * CommitSettings#lingerOperations}.
     */
    default boolean isEnough(Iterable<O> lingering) {
        return false;
    }
}
