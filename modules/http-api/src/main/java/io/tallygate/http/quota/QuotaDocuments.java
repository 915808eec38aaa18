package io.tallygate.http.quota;

import io.micronaut.context.annotation.Requires;
import io.tallygate.http.BatchBody;
import io.tallygate.http.Document;
import io.tallygate.http.JsonBody;
import io.tallygate.http.Origin;
import io.tallygate.kernel.Asked;
import io.tallygate.quota.ConsumptionItem;
import io.tallygate.quota.Quotas;
import jakarta.inject.Singleton;
import java.util.concurrent.CompletionStage;

/**
 * The contract's calls about quotas on JSON documents alone, for callers who come without HTTP: the same fields, rules and
 * answers. A {@code request_id}, if there is one, is the idempotency key. Thread-safe; no method blocks, and no stage fails:
 * what goes wrong, a denial among it, is a problem in the answer.
 *
 * <p>Every consumption is answered after its commit, whatever its {@code async} says.
 */
@Singleton
@Requires(beans = Quotas.class)
public final class QuotaDocuments {

    private final Quotas quotas;
    private final DecisionAnswers decisions;

    QuotaDocuments(Quotas quotas, DecisionAnswers decisions) {
        this.quotas = quotas;
        this.decisions = decisions;
    }

    /** Whether a subject could use this much. */
    public CompletionStage<Document> check(byte[] json) {
        return Document.answer(Asked.READ, Origin.direct("check"), () -> {
            QuotaOperation operation = JsonBody.read(json, QuotaOperation::check);
            return quotas.check(operation.subject(), operation.wanted()).thenApply(DecisionAnswers::checked);
        });
    }

    /** One consumption. */
    public CompletionStage<Document> consume(byte[] json) {
        Origin origin = Origin.direct("consume");
        return Document.answer(Asked.ADD, origin, () -> {
            QuotaOperation operation = JsonBody.read(json, QuotaOperation::consumption);
            return quotas.consume(operation.subject(), operation.wanted(), operation.mode(),
                    QuotaCalls.key(origin, operation.requestId()))
                    .thenApply(decisions::consumed);
        });
    }

    /** A batch of consumptions; its own {@code request_id} is the key of all that have none. */
    public CompletionStage<Document> consumeBatch(byte[] json) {
        Origin origin = Origin.direct("consume-batch");
        return Document.answer(Asked.ADD, origin, () -> {
            BatchBody<ConsumptionItem> requested = JsonBody.read(json, QuotaOperation::batch);
            return QuotaCalls.batch(origin, requested).consume(quotas)
                    .thenApply(outcome -> ConsumptionBatchAnswers.consumed(origin, outcome));
        });
    }

    /** One reservation. */
    public CompletionStage<Document> reserve(byte[] json) {
        Origin origin = Origin.direct("reserve");
        return Document.answer(Asked.ADD, origin, () -> {
            QuotaOperation operation = JsonBody.read(json, QuotaOperation::reservation);
            return quotas.reserve(operation.subject(), operation.wanted(), operation.mode(), operation.ttl(),
                    QuotaCalls.key(origin, operation.requestId()))
                    .thenApply(decisions::reserved);
        });
    }

    /** Keeps what was used of the reservation that {@code reservation_id} names, and gives the rest back. */
    public CompletionStage<Document> commit(byte[] json) {
        return Document.answer(Asked.SETTLE, Origin.direct("commit"), () -> {
            CommitmentBody body = JsonBody.read(json, CommitmentBody::withId);
            return quotas.commit(body.reservationId(), body.commitment()).thenApply(QuotaAnswers::ended);
        });
    }
}
