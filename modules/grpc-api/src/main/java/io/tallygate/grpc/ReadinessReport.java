package io.tallygate.grpc;

import io.grpc.ServiceDescriptor;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.protobuf.services.HealthStatusManager;
import io.micronaut.context.BeanContext;
import io.micronaut.context.Qualifier;
import io.micronaut.context.annotation.Context;
import io.micronaut.grpc.server.GrpcEmbeddedServer;
import io.micronaut.health.HealthStatus;
import io.micronaut.inject.qualifiers.Qualifiers;
import io.micronaut.management.health.indicator.HealthIndicator;
import io.micronaut.management.health.indicator.HealthResult;
import io.micronaut.management.health.indicator.annotation.Readiness;
import io.micronaut.runtime.event.annotation.EventListener;
import io.micronaut.runtime.server.event.ServerStartupEvent;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.TaskScheduler;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Named;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Keeps the health service's answers current: it asks the readiness indicators once in a while, so that neither a check
 * nor any other call does. Not serving before the first answer, nor once a stop has begun. Thread-safe.
 */
@Context
final class ReadinessReport {

    private static final Duration ASK_EVERY = Duration.ofSeconds(1);
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(5);
    private static final Qualifier<HealthIndicator> READINESS = Qualifiers.byStereotype(Readiness.class);

    private final HealthStatusManager health;
    private final List<String> services;
    private final BeanContext indicators;
    private final TaskScheduler scheduler;
    private @Nullable ScheduledFuture<?> asking;
    private boolean stopped;

    /**
     * Reports that nothing is ready yet.
     *
     * @param services   those that there are beside the server as a whole, which has a name of its own
     * @param indicators looked up late, as what they ask of may not be there before the server starts
     */
    ReadinessReport(HealthStatusManager health, Collection<ServiceDescriptor> services, BeanContext indicators,
            @Named(TaskExecutors.SCHEDULED) TaskScheduler scheduler) {
        this.health = health;
        this.services = Stream.concat(Stream.of(HealthStatusManager.SERVICE_NAME_ALL_SERVICES),
                services.stream().map(ServiceDescriptor::getName)).toList();
        this.indicators = indicators;
        this.scheduler = scheduler;
        report(false);
    }

    @EventListener
    synchronized void started(ServerStartupEvent event) {
        if (event.getSource() instanceof GrpcEmbeddedServer && asking == null) {
            asking = scheduler.scheduleWithFixedDelay(Duration.ZERO, ASK_EVERY, this::ask);
        }
    }

    private void ask() {
        report(Boolean.TRUE.equals(Flux.fromIterable(indicators.getBeansOfType(HealthIndicator.class, READINESS))
                .flatMap(ReadinessReport::isUp).all(up -> up).block(ANSWER_WITHIN.multipliedBy(2))));
    }

    /** An indicator that fails or does not answer in time says no. */
    private static Mono<Boolean> isUp(HealthIndicator indicator) {
        return Flux.defer(indicator::getResult).map(HealthResult::getStatus)
                .all(status -> !HealthStatus.DOWN.equals(status) && status.getOperational().orElse(true))
                .timeout(ANSWER_WITHIN).onErrorReturn(false);
    }

    private void report(boolean ready) {
        services.forEach(
                service -> health.setStatus(service, ready ? ServingStatus.SERVING : ServingStatus.NOT_SERVING));
    }

    /** From now on, and for good: not serving. */
    @PreDestroy
    synchronized void stop() {
        if (asking != null) {
            asking.cancel(false);
        }
        if (!stopped) {
            stopped = true;
            health.enterTerminalState();
        }
    }
}
