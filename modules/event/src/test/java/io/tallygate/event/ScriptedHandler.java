package io.tallygate.event;

import io.tallygate.kernel.DomainProblemException;
import io.tallygate.kernel.GeneralProblem;
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
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Counts each event once for its subject, as real handlers do, and fails when a test says so. */
final class ScriptedHandler implements EventHandler {

    static final Book EFFECTS = new Book("effect");
    static final String TOPIC = "test_events";
    static final String GROUP = "testing";

    final List<Delivery> handled = new CopyOnWriteArrayList<>();
    final Map<String, Integer> tries = new ConcurrentHashMap<>();
    /** Whether it says so of itself. */
    volatile boolean neverBlocks;
    private final Ledger ledger;
    private final String group;
    private volatile Function<Delivery, @Nullable RuntimeException> script = _ -> null;

    ScriptedHandler(Ledger ledger) {
        this(ledger, GROUP);
    }

    ScriptedHandler(Ledger ledger, String group) {
        this.ledger = ledger;
        this.group = group;
    }

    /** @param failures why an event cannot be handled; null for one that can */
    void failWith(Function<Delivery, @Nullable RuntimeException> failures) {
        this.script = failures;
    }

    static RuntimeException poison() {
        return new DomainProblemException(GeneralProblem.NOT_FOUND, "poison");
    }

    @Override
    public String topic() {
        return TOPIC;
    }

    @Override
    public String group() {
        return group;
    }

    @Override
    public boolean neverBlocks() {
        return neverBlocks;
    }

    static RowKey effect(String group, String key) {
        return new RowKey(EFFECTS, group, key, 0);
    }

    @Override
    public CompletionStage<?> handle(Delivery delivery) {
        tries.merge(delivery.event().id(), 1, Integer::sum);
        RuntimeException failure = script.apply(delivery);
        if (failure != null) {
            return CompletableFuture.failedFuture(failure);
        }
        var key = new IdempotencyKey("e:" + key(delivery.event()), "-", IdempotencyKey.LIFE, Duration.ZERO);
        return ledger.post(new Posting(key, List.of(new Change.Add(effect(group, delivery.event().key()), 1))))
                .thenAccept(result -> {
                    if (result instanceof PostingResult.Failed(RuntimeException why)) {
                        throw why;
                    }
                    handled.add(delivery);
                });
    }
}
