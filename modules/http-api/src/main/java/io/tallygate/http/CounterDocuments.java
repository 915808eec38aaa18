package io.tallygate.http;

import io.micronaut.http.HttpResponse;
import io.tallygate.counter.Counters;
import io.tallygate.kernel.Asked;
import io.tallygate.ledger.Change;
import io.tallygate.ledger.Consistency;
import io.tallygate.ledger.Posting;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * The contract's counter calls on JSON documents alone, for callers who come without HTTP: the same fields, rules and
 * answers. Thread-safe; no method blocks, and no stage fails: what goes wrong is a problem in the answer.
 *
 * <p>Every write is answered after its commit, whatever its {@code async} says.
 */
@Singleton
public final class CounterDocuments {

    private final Counters counters;

    CounterDocuments(Counters counters) {
        this.counters = counters;
    }

    /**
     * An answer.
     *
     * @param status what HTTP would have said, from 400 when {@code json} is a problem
     * @param json   one JSON object
     */
    public record Document(int status, byte[] json) {

        public boolean isProblem() {
            return status >= 400;
        }
    }

    /** One increment; its {@code request_id}, if it has one, is its idempotency key. */
    public CompletionStage<Document> increment(byte[] json) {
        return increment(json, Origin.direct("increment"), "");
    }

    /**
     * One increment that may be delivered again.
     *
     * @param deliveryId its idempotency key when it has no {@code request_id}; 1 to 256 bytes of UTF-8
     */
    public CompletionStage<Document> increment(byte[] json, String deliveryId) {
        return increment(json, Origin.direct("increment " + deliveryId), deliveryId);
    }

    private CompletionStage<Document> increment(byte[] json, Origin origin, String deliveryId) {
        return answer(Asked.ADD, origin, () -> {
            Operation operation = JsonBody.read(json, in -> Operation.item(in, null));
            Change.Add increment = operation.increment();
            if (increment == null) {
                throw new ProblemException(Problem.invalid(operation.errors()));
            }
            String id = operation.requestId() == null ? deliveryId : operation.requestId();
            var key = id.isEmpty() ? null : IdempotencyKeys.ofItem(origin, id, increment);
            return counters.write(new Posting(key, List.of(increment)))
                    .thenApply(result -> Answers.committed(increment.row(), result, "the request_id"));
        });
    }

    /** A batch of increments; its own {@code request_id}, if it has one, is the idempotency key of all without one. */
    public CompletionStage<Document> batchIncrement(byte[] json) {
        Origin origin = Origin.direct("batch-increment");
        return answer(Asked.ADD, origin, () -> new BatchRun(origin, JsonBody.read(json, Batch::read)).commit(counters));
    }

    /** The value of the counter that {@code resource_id} and {@code counter_type} name, as the store has it now. */
    public CompletionStage<Document> get(byte[] json) {
        return answer(Asked.READ, Origin.direct("get"),
                () -> counters.get(JsonBody.read(json, CounterQueries::single), Consistency.STRONG)
                        .thenApply(Answers::reading));
    }

    private static CompletionStage<Document> answer(
            Asked asked, Origin origin, Supplier<CompletionStage<HttpResponse<byte[]>>> call) {
        try {
            return call.get().handle((response, failure) -> document(
                    failure == null ? response : problem(asked, origin, failure)));
        } catch (RuntimeException e) {
            return CompletableFuture.completedFuture(document(problem(asked, origin, e)));
        }
    }

    private static HttpResponse<byte[]> problem(Asked asked, Origin origin, Throwable failure) {
        return Failures.problem(asked, "request_id", origin::operation, failure).response();
    }

    private static Document document(HttpResponse<byte[]> response) {
        return new Document(response.code(), Objects.requireNonNull(response.body(), "every answer has a body"));
    }
}
