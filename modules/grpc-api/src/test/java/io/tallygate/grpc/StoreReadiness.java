package io.tallygate.grpc;

import io.micronaut.core.async.publisher.Publishers;
import io.micronaut.health.HealthStatus;
import io.micronaut.management.health.indicator.HealthIndicator;
import io.micronaut.management.health.indicator.HealthResult;
import io.micronaut.management.health.indicator.annotation.Readiness;
import io.tallygate.counter.CounterStore;
import io.tallygate.kernel.StoreUnavailableException;
import jakarta.inject.Singleton;
import org.reactivestreams.Publisher;

/** Ready while the store answers; what telemetry brings where a server is put together. */
@Singleton
@Readiness
final class StoreReadiness implements HealthIndicator {

    private final CounterStore store;

    StoreReadiness(CounterStore store) {
        this.store = store;
    }

    @Override
    public Publisher<HealthResult> getResult() {
        HealthStatus status = HealthStatus.UP;
        try {
            store.ping();
        } catch (StoreUnavailableException e) {
            status = HealthStatus.DOWN;
        }
        return Publishers.just(HealthResult.builder("store").status(status).build());
    }
}
