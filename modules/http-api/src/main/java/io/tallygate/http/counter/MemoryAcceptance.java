package io.tallygate.http.counter;

import io.micronaut.context.annotation.Requires;
import io.micronaut.context.annotation.Secondary;
import io.tallygate.counter.Counters;
import io.tallygate.ledger.Posting;
import jakarta.inject.Singleton;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Acknowledges what is in memory, where a process lives on to commit it. */
@Singleton
@Requires(beans = Counters.class)
@Secondary
final class MemoryAcceptance implements Acceptance {

    private static final CompletionStage<?> TAKEN = CompletableFuture.completedStage(Boolean.TRUE);

    private final Counters counters;

    MemoryAcceptance(Counters counters) {
        this.counters = counters;
    }

    @Override
    public CompletionStage<?> accept(Posting write) {
        counters.accept(write);
        return TAKEN;
    }
}
