package io.tallygate.recommendation;

import io.tallygate.kernel.DomainProblemException;
import io.tallygate.kernel.StageFailures;
import io.tallygate.ledger.Ledger;
import io.tallygate.ledger.RowKey;
import io.tallygate.ledger.Versioned;
import io.tallygate.ledger.WrongTypeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** What stages end in. */
final class Stages {

    /** The ledger knows how long it may take; a cache before it does not say so sooner. */
    static final Duration PATIENCE = Duration.ofSeconds(30);

    private Stages() {}

    /**
     * Waits for a stage, on a virtual thread.
     *
     * @throws RuntimeException what the stage failed with
     */
    static <T> T await(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().join();
        } catch (CompletionException e) {
            throw switch (StageFailures.cause(e)) {
                case RuntimeException failure -> failure;
                case Throwable failure -> new IllegalStateException(failure);
            };
        }
    }

    /** Documents in the order asked, however many. */
    static CompletionStage<List<Versioned>> documents(Ledger ledger, List<RowKey> rows) {
        var parts = new ArrayList<CompletableFuture<List<Versioned>>>();
        for (int from = 0; from < rows.size(); from += Ledger.DOCUMENTS_MAX) {
            int to = Math.min(rows.size(), from + Ledger.DOCUMENTS_MAX);
            parts.add(ledger.documents(rows.subList(from, to)).toCompletableFuture());
        }
        return CompletableFuture.allOf(parts.toArray(CompletableFuture[]::new))
                .thenApply(_ -> parts.stream().flatMap(part -> part.join().stream()).toList());
    }

    /** The answer, in which a failure is what the port promises, and nothing is thrown. */
    static <T> CompletionStage<T> inTermsOfCallers(Supplier<? extends CompletionStage<T>> question) {
        CompletionStage<T> answer;
        try {
            answer = question.get();
        } catch (RuntimeException e) {
            answer = CompletableFuture.failedFuture(e);
        }
        return answer.exceptionally(failure -> {
            throw switch (StageFailures.cause(failure)) {
                case WrongTypeException e -> wrongType(e);
                case Throwable other -> new CompletionException(other);
            };
        });
    }

    static DomainProblemException wrongType(WrongTypeException cause) {
        return new DomainProblemException(RecommendationProblem.WRONG_TYPE,
                "the store holds something else in the place of what recommendations keep, so it can be neither read nor"
                        + " changed until the store's operator removes it",
                cause);
    }
}
