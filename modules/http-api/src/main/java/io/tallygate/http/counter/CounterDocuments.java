package io.tallygate.http.counter;

import io.micronaut.context.annotation.Requires;
import io.tallygate.counter.BatchItem;
import io.tallygate.counter.Counters;
import io.tallygate.counter.InteractionListener;
import io.tallygate.counter.RequestKeys;
import io.tallygate.http.Document;
import io.tallygate.http.JsonBody;
import io.tallygate.http.Origin;
import io.tallygate.kernel.Asked;
import io.tallygate.ledger.Change;
import io.tallygate.ledger.Consistency;
import io.tallygate.ledger.Posting;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The contract's counter calls on JSON documents alone, for callers who come without HTTP: the same fields, rules and
 * answers. Thread-safe; no method blocks, and no stage fails: what goes wrong is a problem in the answer.
 *
 * <p>Every write is answered after its commit, whatever its {@code async} says.
 */
@Singleton
@Requires(beans = Counters.class)
public final class CounterDocuments {

    private final Counters counters;
    private final @Nullable InteractionListener interactions;

    /** @param interactions null where nobody wants to know what users did */
    CounterDocuments(Counters counters, @Nullable InteractionListener interactions) {
        this.counters = counters;
        this.interactions = interactions;
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
        return Document.answer(Asked.ADD, origin, () -> {
            BatchItem.Valid item = RequestedIncrement
                    .valid(JsonBody.read(json, in -> RequestedIncrement.item(in, null)));
            Change.Add increment = item.increment();
            String id = item.requestId() == null ? deliveryId : item.requestId();
            var key = id.isEmpty() ? null : RequestKeys.ofOperation(origin.caller(), id, increment);
            return item.telling(interactions, counters.write(new Posting(key, List.of(increment))))
                    .thenApply(result -> CounterAnswers.committed(increment.row(), result, "the request_id"));
        });
    }

    /** A batch of increments; its own {@code request_id}, if it has one, is the idempotency key of all without one. */
    public CompletionStage<Document> batchIncrement(byte[] json) {
        Origin origin = Origin.direct("batch-increment");
        return Document.answer(Asked.ADD, origin,
                () -> JsonBody.read(json, RequestedBatch::read).from(origin).commit(counters, interactions)
                        .thenApply(outcome -> BatchAnswers.committed(origin, outcome)));
    }

    /** The value of the counter that {@code resource_id} and {@code counter_type} name, as the store has it now. */
    public CompletionStage<Document> get(byte[] json) {
        return Document.answer(Asked.READ, Origin.direct("get"),
                () -> counters.get(JsonBody.read(json, CounterQueries::single), Consistency.STRONG)
                        .thenApply(CounterAnswers::reading));
    }
}
