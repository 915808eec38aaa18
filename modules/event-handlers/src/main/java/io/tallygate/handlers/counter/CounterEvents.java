package io.tallygate.handlers.counter;

import io.micronaut.context.annotation.Requires;
import io.tallygate.counter.BatchItem;
import io.tallygate.counter.CounterKey;
import io.tallygate.counter.CounterProblem;
import io.tallygate.counter.Counters;
import io.tallygate.counter.Increment;
import io.tallygate.counter.InteractionListener;
import io.tallygate.counter.RequestKeys;
import io.tallygate.event.Delivery;
import io.tallygate.event.Event;
import io.tallygate.event.EventHandler;
import io.tallygate.handlers.EventMembers;
import io.tallygate.kernel.DomainProblemException;
import io.tallygate.kernel.GeneralProblem;
import io.tallygate.kernel.InvalidInputException;
import io.tallygate.ledger.Change;
import io.tallygate.ledger.IdempotencyKey;
import io.tallygate.ledger.Posting;
import io.tallygate.ledger.PostingResult;
import io.tallygate.ledger.Refusal;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Counting by events: {@code {"resource_id","counter_type","delta","user_id"?}}, members as {@code POST
 * /api/v1/counter/increment} has them.
 */
@Singleton
@Requires(beans = Counters.class)
final class CounterEvents implements EventHandler {

    /** No token has this name. */
    private static final String CALLER = "_events";

    private final Counters counters;
    private final @Nullable InteractionListener interactions;

    /** @param interactions null where nobody wants to know what users did */
    CounterEvents(Counters counters, @Nullable InteractionListener interactions) {
        this.counters = counters;
        this.interactions = interactions;
    }

    @Override
    public String topic() {
        return "counter_events";
    }

    @Override
    public String group() {
        return "counting";
    }

    @Override
    public boolean neverBlocks() {
        return true;
    }

    @Override
    public CompletionStage<?> handle(Delivery delivery) {
        BatchItem.Valid item = item(delivery.event());
        Change.Add increment = item.increment();
        IdempotencyKey named = RequestKeys.ofOperation(CALLER, key(delivery.event()), increment);
        // A refusal is not kept: what is replayed later is to be decided anew.
        var key = new IdempotencyKey(named.id(), named.fingerprint(), IdempotencyKey.LIFE, Duration.ZERO);
        return item.telling(interactions, counters.write(new Posting(key, List.of(increment))))
                .thenAccept(CounterEvents::requireCounted);
    }

    private static BatchItem.Valid item(Event event) {
        EventMembers data = EventMembers.of(event);
        String resourceId = data.id("resource_id");
        String counterType = data.id("counter_type");
        Optional<String> userId = data.optionalId("user_id");
        try {
            var increment = Increment.of(CounterKey.of(resourceId, counterType), data.integer("delta"));
            return new BatchItem.Valid(increment, null, userId.orElse(null));
        } catch (InvalidInputException e) {
            throw e.field().startsWith("data.") ? e : e.within("data.");
        }
    }

    private static void requireCounted(PostingResult result) {
        switch (result) {
            case PostingResult.Committed committed -> {
                Refusal refusal = committed.outcomes().refusal(0);
                if (refusal != null) {
                    CounterProblem problem = CounterProblem.of(refusal);
                    throw new DomainProblemException(problem, problem.detail("the counter"));
                }
            }
            case PostingResult.KeyReused _ -> throw new DomainProblemException(GeneralProblem.IDEMPOTENCY_KEY_REUSED,
                    "an event of this source and id was counted with other content; nothing was changed");
            case PostingResult.Failed(RuntimeException failure) -> throw failure;
        }
    }
}
