package io.tallygate.http.quota;

import io.tallygate.http.BatchBody;
import io.tallygate.http.Origin;
import io.tallygate.http.Problem;
import io.tallygate.http.ProblemException;
import io.tallygate.kernel.RequestKey;
import io.tallygate.kernel.StageFailures;
import io.tallygate.quota.ConsumptionBatch;
import io.tallygate.quota.ConsumptionItem;
import io.tallygate.quota.InvalidDocumentException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** What is between a request and the port. */
final class QuotaCalls {

    private QuotaCalls() {}

    /**
     * The key of a request: the header's, or else its {@code request_id}; null when it has none.
     *
     * @throws io.tallygate.kernel.InvalidInputException when the header breaks a rule, or both are given and differ
     */
    static @Nullable RequestKey key(Origin origin, @Nullable String requestId) {
        String name = origin.key(requestId);
        return name == null ? null : new RequestKey(origin.caller(), name);
    }

    /**
     * A batch as it is asked for.
     *
     * @throws io.tallygate.kernel.InvalidInputException when the header breaks a rule, or the batch has two keys that differ
     */
    static ConsumptionBatch batch(Origin origin, BatchBody<ConsumptionItem> requested) {
        return new ConsumptionBatch(origin.caller(), origin.key(requested.requestId()), requested.operations());
    }

    /** The same answer, with complaints about a document as the problem that they are. */
    static <T> CompletionStage<T> ofDocument(CompletionStage<T> answer) {
        return answer.exceptionallyCompose(failure -> {
            Throwable cause = StageFailures.cause(failure);
            return CompletableFuture.failedFuture(cause instanceof InvalidDocumentException invalid
                    ? new ProblemException(Problem.invalid(invalid.errors()))
                    : cause);
        });
    }
}
