package io.tallygate.events.kafka;

import io.tallygate.event.Delivery;
import io.tallygate.event.EventHandler;
import io.tallygate.ledger.Book;
import io.tallygate.ledger.Change;
import io.tallygate.ledger.IdempotencyKey;
import io.tallygate.ledger.Ledger;
import io.tallygate.ledger.Posting;
import io.tallygate.ledger.PostingResult;
import io.tallygate.ledger.RowKey;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Counts each event once for its key, as real handlers do, and fails when a test says so. */
final class Tally implements EventHandler {

    static final String GROUP = "tally";
    private static final Book EFFECTS = new Book("effect");

    /** How often each event was tried, by its id. */
    final Map<String, Integer> tries = new ConcurrentHashMap<>();
    private final String topic;
    private final Supplier<Ledger> ledger;
    private final Function<Delivery, @Nullable RuntimeException> script;

    /** @param script why an event cannot be handled; null for one that can */
    Tally(String topic, Supplier<Ledger> ledger, Function<Delivery, @Nullable RuntimeException> script) {
        this.topic = topic;
        this.ledger = ledger;
        this.script = script;
    }

    @Override
    public String topic() {
        return topic;
    }

    @Override
    public String group() {
        return GROUP;
    }

    static RowKey effect(String key) {
        return new RowKey(EFFECTS, GROUP, key, 0);
    }

    @Override
    public CompletionStage<?> handle(Delivery delivery) {
        tries.merge(delivery.event().id(), 1, Integer::sum);
        RuntimeException failure = script.apply(delivery);
        if (failure != null) {
            return CompletableFuture.failedFuture(failure);
        }
        var key = new IdempotencyKey("e:" + key(delivery.event()), "-", IdempotencyKey.LIFE, Duration.ZERO);
        return ledger.get().post(new Posting(key, List.of(new Change.Add(effect(delivery.event().key()), 1))))
                .thenAccept(result -> {
                    if (result instanceof PostingResult.Failed(RuntimeException why)) {
                        throw why;
                    }
                });
    }
}
