package io.tallygate.grpc.client.connect;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.grpc.Attributes;
import io.grpc.Status;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A circuit breaker for each instance, which all channels to it share. Thread-safe. */
public final class InstanceBreakers {

    static final Attributes.Key<CircuitBreaker> BREAKER = Attributes.Key.create("tallygate-breaker");

    private static final Logger LOG = LoggerFactory.getLogger(InstanceBreakers.class);

    private final CircuitBreakerRegistry byAddress;

    /** @param config of each of them, but for its clock, which the wall clock is not */
    public InstanceBreakers(CircuitBreakerConfig config) {
        this(config, System::nanoTime);
    }

    InstanceBreakers(CircuitBreakerConfig config, LongSupplier ticker) {
        this.byAddress = CircuitBreakerRegistry.of(
                CircuitBreakerConfig.from(config).clock(new TickerClock(ticker)).build());
        byAddress.getEventPublisher().onEntryAdded(added -> added.getAddedEntry().getEventPublisher()
                .onStateTransition(event -> LOG.info("The circuit breaker of the instance {}: {}",
                        event.getCircuitBreakerName(), event.getStateTransition())));
    }

    CircuitBreaker of(Instance instance) {
        return byAddress.circuitBreaker(instance.address());
    }

    /** Forgets those of instances that have left. */
    void retain(List<Instance> instances) {
        List<String> addresses = instances.stream().map(Instance::address).toList();
        byAddress.getAllCircuitBreakers().stream().map(CircuitBreaker::getName)
                .filter(address -> !addresses.contains(address)).forEach(byAddress::remove);
    }

    /**
     * Tells how a call ended that the breaker has let through.
     *
     * @param start the breaker's time at its begin
     */
    static void tell(CircuitBreaker breaker, long start, Status status) {
        long took = breaker.getCurrentTimestamp() - start;
        switch (status.getCode()) {
            case UNAVAILABLE, DEADLINE_EXCEEDED, UNKNOWN ->
                breaker.onError(took, TimeUnit.NANOSECONDS, status.asRuntimeException());
            case CANCELLED -> breaker.releasePermission();
            default -> breaker.onSuccess(took, TimeUnit.NANOSECONDS);
        }
    }
}
