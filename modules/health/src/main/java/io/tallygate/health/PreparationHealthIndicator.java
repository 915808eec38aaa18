package io.tallygate.health;

import io.micronaut.context.annotation.Requires;
import io.micronaut.core.async.publisher.Publishers;
import io.micronaut.health.HealthStatus;
import io.micronaut.management.health.indicator.HealthIndicator;
import io.micronaut.management.health.indicator.HealthResult;
import io.micronaut.management.health.indicator.annotation.Readiness;
import io.micronaut.runtime.event.annotation.EventListener;
import io.micronaut.runtime.server.event.ServerStartupEvent;
import io.tallygate.kernel.Preparation;
import jakarta.inject.Singleton;
import org.reactivestreams.Publisher;

/**
 * Ready means that what the process prepares before its first request is over, which begins with its first server. Tells how far
 * it is.
 */
@Singleton
@Readiness
@Requires(beans = Preparation.class)
final class PreparationHealthIndicator implements HealthIndicator {

    private final Preparation preparation;

    PreparationHealthIndicator(Preparation preparation) {
        this.preparation = preparation;
    }

    @EventListener
    void started(ServerStartupEvent event) {
        preparation.begin();
    }

    @Override
    public Publisher<HealthResult> getResult() {
        return Publishers.just(HealthResult.builder(preparation.name())
                .status(preparation.isOver() ? HealthStatus.UP : HealthStatus.DOWN).details(preparation.progress())
                .build());
    }
}
