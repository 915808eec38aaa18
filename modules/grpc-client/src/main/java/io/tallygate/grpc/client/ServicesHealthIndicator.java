package io.tallygate.grpc.client;

import io.micronaut.context.annotation.Requires;
import io.micronaut.core.async.publisher.Publishers;
import io.micronaut.health.HealthStatus;
import io.micronaut.management.health.indicator.HealthIndicator;
import io.micronaut.management.health.indicator.HealthResult;
import io.micronaut.management.health.indicator.annotation.Readiness;
import io.tallygate.grpc.connect.Channels;
import io.tallygate.grpc.connect.Heartbeats;
import jakarta.inject.Singleton;
import org.reactivestreams.Publisher;

/** Ready when every channel was warmed up once, and while one of them has a connection and an instance answers. */
@Singleton
@Readiness
@Requires(beans = Channels.class)
final class ServicesHealthIndicator implements HealthIndicator {

    private final Channels channels;
    private final Heartbeats heartbeats;
    private final WarmUp warmUp;

    ServicesHealthIndicator(Channels channels, Heartbeats heartbeats) {
        this.channels = channels;
        this.heartbeats = heartbeats;
        this.warmUp = new WarmUp(channels);
    }

    @Override
    public Publisher<HealthResult> getResult() {
        return Publishers.just(HealthResult.builder("services")
                .status(isReady() ? HealthStatus.UP : HealthStatus.DOWN).build());
    }

    private boolean isReady() {
        return warmUp.done() && channels.ready() && heartbeats.anyAnswers();
    }
}
