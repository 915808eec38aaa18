package io.tallygate.event;

import io.tallygate.kernel.StageFailures;
import io.tallygate.ledger.Outcomes;
import io.tallygate.ledger.PostingResult;
import io.tallygate.ledger.Refusal;
import io.tallygate.ledger.WrongTypeException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/** What stages and postings end in. */
final class Stages {

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

    /**
     * What became of each change of a posting without a key.
     *
     * @throws RuntimeException why it was not applied, where that was no decision
     */
    static Outcomes outcomes(PostingResult result) {
        Outcomes outcomes = switch (result) {
            case PostingResult.Committed committed -> committed.outcomes();
            case PostingResult.KeyReused _ -> throw new IllegalStateException("a posting without a key has one");
            case PostingResult.Failed(RuntimeException failure) -> throw failure;
        };
        for (int i = 0; i < outcomes.size(); i++) {
            if (outcomes.refusal(i) == Refusal.WRONG_TYPE) {
                throw new WrongTypeException("what is in the place of a row of events is something else");
            }
        }
        return outcomes;
    }
}
