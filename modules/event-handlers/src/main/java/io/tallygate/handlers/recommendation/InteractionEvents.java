package io.tallygate.handlers.recommendation;

import io.micronaut.context.annotation.Requires;
import io.tallygate.event.Delivery;
import io.tallygate.event.EventHandler;
import io.tallygate.recommendation.Interactions;
import jakarta.inject.Singleton;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Folds what users did, as {@link InteractionData} has it, into their histories and the counts of items. */
@Singleton
@Requires(beans = Interactions.class)
final class InteractionEvents implements EventHandler {

    static final String TOPIC = "user_interactions";

    private final Interactions interactions;

    InteractionEvents(Interactions interactions) {
        this.interactions = interactions;
    }

    @Override
    public String topic() {
        return TOPIC;
    }

    @Override
    public String group() {
        return "recommending";
    }

    @Override
    public CompletionStage<?> handle(Delivery delivery) {
        interactions.fold(InteractionData.read(delivery.event(), delivery.time()), key(delivery.event()));
        return CompletableFuture.completedFuture(null);
    }
}
