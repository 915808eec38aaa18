package io.tallygate.grpc.client;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Property;
import io.micronaut.context.annotation.Requires;
import io.tallygate.counter.Counters;
import io.tallygate.grpc.client.connect.Channels;
import io.tallygate.kernel.CommitGauges;
import io.tallygate.kernel.CommitMetrics;
import io.tallygate.kernel.CommitSettings;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Wires counters to whatever instances there are. */
@Factory
@Requires(beans = Channels.class)
final class GrpcClientFactory {

    private static final Logger LOG = LoggerFactory.getLogger(GrpcClientFactory.class);

    @Singleton
    CircuitBreaker counterBreaker(
            @Property(name = "tallygate.services.breaker.failures", defaultValue = "50") int failurePercent,
            @Property(name = "tallygate.services.breaker.calls", defaultValue = "10") int calls,
            @Property(name = "tallygate.services.breaker.recovery", defaultValue = "500ms") Duration recovery,
            @Property(name = "tallygate.services.breaker.half-open-calls", defaultValue = "1") int halfOpenCalls) {
        var breaker = CircuitBreaker.of("counter", CircuitBreakerConfig.custom()
                .slidingWindowType(SlidingWindowType.COUNT_BASED).slidingWindowSize(calls).minimumNumberOfCalls(calls)
                .failureRateThreshold(failurePercent).waitDurationInOpenState(recovery)
                .permittedNumberOfCallsInHalfOpenState(halfOpenCalls)
                // Only failures count: a slow call that is answered was worth its time.
                .slowCallRateThreshold(100).slowCallDurationThreshold(Duration.ofHours(1)).build());
        breaker.getEventPublisher()
                .onStateTransition(event -> LOG.info("The circuit breaker of the counter service: {}",
                        event.getStateTransition()));
        return breaker;
    }

    @Singleton
    @Bean(preDestroy = "close", typed = {Counters.class, CommitGauges.class})
    GrpcCounters counters(Channels channels, CircuitBreaker breaker, CommitSettings commit,
            @Nullable CommitMetrics metrics,
            @Property(name = "tallygate.services.lanes", defaultValue = "2") int lanes,
            @Property(name = "tallygate.services.timeout", defaultValue = "1s") Duration timeout,
            @Property(name = "tallygate.shutdown.timeout", defaultValue = "30s") Duration closeTimeout) {
        return new GrpcCounters(channels, new BreakerInterceptor(breaker),
                new ClientSettings(lanes, timeout, closeTimeout), commit,
                metrics == null ? CommitMetrics.NONE : metrics, InstantSource.system(), System::nanoTime);
    }
}
