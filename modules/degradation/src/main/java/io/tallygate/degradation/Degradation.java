package io.tallygate.degradation;

import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Serves features as well as they can be served now. Thread-safe; asking for a level is one volatile read.
 *
 * <p>Of the handlers of a call, that of the feature's level is called. One that is missing falls to the next worse one, and so
 * does one that fails, within the call. A failure that is the caller's own (an {@link
 * io.tallygate.kernel.InvalidInputException}, or a {@link io.tallygate.kernel.DomainProblemException} that does not say that
 * something is away) is the answer at any level. The outcomes of the best handlers are counted: when too many fail, or have
 * not ended after a second, the feature's level falls. Where no handler is left the call fails, as the first handler did that
 * had anything to say, and without any with {@link io.tallygate.kernel.DegradedException}. While a feature comes back, a
 * growing share of its calls takes the better handler.
 *
 * <p>A handler that has nothing to answer with says so by that exception, too. Then the normal one is asked before a worse one
 * is, if nothing is known to be away at the moment and nobody has set the level: what could be served is not refused only
 * because it has not been well for long enough.
 */
public interface Degradation {

    /** The level of the worst feature, for show. */
    Level level();

    /**
     * A feature's level.
     *
     * @throws IllegalArgumentException when there is no such feature
     */
    Level level(String feature);

    /**
     * Calls a handler that answers itself.
     *
     * @param degraded null when there is none
     * @param minimal  must not need anything that may be away; null when there is none
     * @throws IllegalArgumentException when there is no such feature
     */
    <T> T run(String feature, Supplier<? extends T> normal, @Nullable Supplier<? extends T> degraded,
            @Nullable Supplier<? extends T> minimal);

    /**
     * Calls a handler that answers later. One that throws has failed, as a stage does.
     *
     * @param degraded as {@link #run}'s
     * @param minimal  as {@link #run}'s
     * @throws IllegalArgumentException when there is no such feature
     */
    <T> CompletionStage<T> runAsync(String feature, Supplier<? extends CompletionStage<T>> normal,
            @Nullable Supplier<? extends CompletionStage<T>> degraded,
            @Nullable Supplier<? extends CompletionStage<T>> minimal);
}
