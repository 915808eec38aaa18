package io.tallygate.quota;

import io.tallygate.kernel.DomainProblemException;
import io.tallygate.kernel.InvalidInputException;
import io.tallygate.kernel.StageFailures;
import io.tallygate.ledger.WrongTypeException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** Failures of stages. */
final class Failures {

    private Failures() {}

    /** Whether the request is refused for what is settled now, which may have been otherwise before. */
    static boolean isRefusal(Throwable failure) {
        Throwable cause = StageFailures.cause(failure);
        return cause instanceof DomainProblemException || cause instanceof InvalidInputException;
    }

    /** The answer, in which a failure is what the port promises, and nothing is thrown. */
    static <T> CompletionStage<T> inTermsOfCallers(Supplier<CompletionStage<T>> question) {
        CompletionStage<T> answer;
        try {
            answer = question.get();
        } catch (RuntimeException e) {
            answer = CompletableFuture.failedFuture(e);
        }
        return answer.exceptionally(failure -> {
            throw switch (StageFailures.cause(failure)) {
                case WrongTypeException e -> new DomainProblemException(QuotaProblem.WRONG_TYPE,
                        "the store holds something else in the place of what quotas keep, so it can be neither read"
                                + " nor changed until the store's operator removes it",
                        e);
                case Throwable other -> new CompletionException(other);
            };
        });
    }
}
