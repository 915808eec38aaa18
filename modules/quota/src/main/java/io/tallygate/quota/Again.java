package io.tallygate.quota;

import io.tallygate.kernel.DomainProblemException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** Attempts of what reads, decides, and is made again when that has moved meanwhile. */
final class Again {

    private static final int ATTEMPTS_MAX = 64;

    private Again() {}

    /**
     * The answer of the first attempt that has one.
     *
     * @return fails with {@link QuotaProblem#CONTENDED} when none of many has
     */
    static <T> CompletionStage<T> until(Supplier<CompletionStage<Optional<T>>> attempt) {
        return until(attempt, ATTEMPTS_MAX);
    }

    private static <T> CompletionStage<T> until(Supplier<CompletionStage<Optional<T>>> attempt, int left) {
        if (left == 0) {
            return CompletableFuture.failedFuture(new DomainProblemException(QuotaProblem.CONTENDED,
                    "others keep changing what this depends on; nothing was changed"));
        }
        return attempt.get().thenCompose(answer -> answer.isPresent()
                ? CompletableFuture.completedFuture(answer.get())
                : until(attempt, left - 1));
    }
}
