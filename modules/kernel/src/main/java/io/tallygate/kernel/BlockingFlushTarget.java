package io.tallygate.kernel;

import java.util.List;

/**
 * A {@link FlushTarget} that has its answer when it returns.
 *
 * @param <O> an operation
 * @param <R> what its caller is answered
 */
@FunctionalInterface
public interface BlockingFlushTarget<O, R> {

    /** As {@link FlushTarget#apply}, and throws what that fails with. It may block, with a bound of its own. */
    List<R> apply(long sequence, List<O> operations);
}
