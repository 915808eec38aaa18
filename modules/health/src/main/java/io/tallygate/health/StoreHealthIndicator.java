package io.tallygate.health;

import io.micronaut.context.annotation.Requires;
import io.micronaut.core.async.publisher.Publishers;
import io.micronaut.health.HealthStatus;
import io.micronaut.management.health.indicator.HealthIndicator;
import io.micronaut.management.health.indicator.HealthResult;
import io.micronaut.management.health.indicator.annotation.Readiness;
import io.micronaut.scheduling.TaskExecutors;
import io.tallygate.kernel.EdgeReadiness;
import io.tallygate.kernel.WriteHealth;
import io.tallygate.ledger.LedgerStore;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;

/**
 * Ready means that the store answers, and that what is written reaches it; at the edge, that both was so once. Says no more about the
 * store than these two, because anyone may ask.
 */
@Singleton
@Readiness
@Requires(beans = LedgerStore.class)
final class StoreHealthIndicator implements HealthIndicator {

    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(1);
    private static final Duration ASK_EVERY = Duration.ofSeconds(1);

    private final BoundedPing ping;
    private final WriteHealth writes;
    private final @Nullable EdgeReadiness edge;

    StoreHealthIndicator(LedgerStore store, WriteHealth writes, @Nullable EdgeReadiness edge,
            @Named(TaskExecutors.BLOCKING) ExecutorService executor) {
        this.writes = writes;
        this.edge = edge;
        this.ping = new BoundedPing(store::ping, ANSWER_WITHIN, ASK_EVERY, executor, System::nanoTime);
    }

    @Override
    public Publisher<HealthResult> getResult() {
        return Publishers.map(Publishers.fromCompletableFuture(ping::answered), this::result);
    }

    private HealthResult result(boolean answers) {
        boolean takesWrites = writes.failure().isEmpty();
        boolean isAllThere = answers && takesWrites;
        boolean isReady = edge == null ? isAllThere : edge.isReady(isAllThere);
        var details = new TreeMap<String, Boolean>();
        details.put("answers", answers);
        details.put("takes_writes", takesWrites);
        return HealthResult.builder("store").status(isReady ? HealthStatus.UP : HealthStatus.DOWN).details(details)
                .build();
    }
}
