package io.tallygate.health;

import io.micronaut.context.annotation.Requires;
import io.micronaut.core.async.publisher.Publishers;
import io.micronaut.health.HealthStatus;
import io.micronaut.management.health.indicator.HealthIndicator;
import io.micronaut.management.health.indicator.HealthResult;
import io.micronaut.management.health.indicator.annotation.Readiness;
import io.micronaut.scheduling.TaskExecutors;
import io.tallygate.kernel.WriteHealth;
import io.tallygate.ledger.LedgerStore;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import org.reactivestreams.Publisher;

/** Ready means that the store answers, and that what is written reaches it. Says no more about the store. */
@Singleton
@Readiness
@Requires(beans = LedgerStore.class)
final class StoreHealthIndicator implements HealthIndicator {

    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(1);
    private static final Duration ASK_EVERY = Duration.ofSeconds(1);

    private final BoundedPing ping;
    private final WriteHealth writes;

    StoreHealthIndicator(LedgerStore store, WriteHealth writes,
            @Named(TaskExecutors.BLOCKING) ExecutorService executor) {
        this.writes = writes;
        this.ping = new BoundedPing(store::ping, ANSWER_WITHIN, ASK_EVERY, executor, System::nanoTime);
    }

    @Override
    public Publisher<HealthResult> getResult() {
        return Publishers.map(Publishers.fromCompletableFuture(ping::answered), answered -> HealthResult
                .builder("store").status(isReady(answered) ? HealthStatus.UP : HealthStatus.DOWN).build());
    }

    private boolean isReady(boolean answered) {
        return answered && writes.failure().isEmpty();
    }
}
