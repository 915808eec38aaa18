package io.tallygate.kernel;

import java.util.List;

/**
 * Where a {@link GroupCommit} flushes to. Called by one thread at a time, so it may keep state between calls without
 * synchronisation; it may block, with a bound of its own.
 *
 * @param <O> an operation
 * @param <R> what its caller is answered
 */
@FunctionalInterface
public interface FlushTarget<O, R> {

    /**
     * Applies operations in one atomic step, in any way that is as if one after the other in their order. This is where
     * operations are folded.
     *
     * @param sequence rises with every flush. After a {@link StoreUnavailableException} the same number comes again
     *                 with the same operations, until there is an answer; the effect must happen once
     * @return one answer an operation, in their order. One operation's failure that leaves the others intact is an
     *         answer, not an exception
     * @throws StoreUnavailableException when the outcome is unknown
     * @throws UnknownOutcomeException   when it will stay unknown. The operations are not repeated, and all fail with it
     * @throws RuntimeException          any other: nothing was applied and repeating would not help. The operations are
     *                                   then flushed in smaller parts, down to the one that fails alone
     */
    List<R> apply(long sequence, List<O> operations);

    /**
     * Whether accepted operations that linger are company enough to each other, though they are fewer than {@link
     * CommitSettings#lingerOperations}.
     */
    default boolean isEnough(Iterable<O> lingering) {
        return false;
    }
}
