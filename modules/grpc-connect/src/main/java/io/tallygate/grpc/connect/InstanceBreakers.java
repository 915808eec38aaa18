package io.tallygate.grpc.connect;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A guard with a circuit breaker for each instance, which all channels to it share. Thread-safe. */
public final class InstanceBreakers {

    private static final Logger LOG = LoggerFactory.getLogger(InstanceBreakers.class);

    private final CircuitBreakerRegistry byAddress;
    private final Map<String, InstanceGuard> guards = new ConcurrentHashMap<>();
    private final LongSupplier ticker;

    /** @param config of each of them, but for its clock, which the wall clock is not */
    public InstanceBreakers(CircuitBreakerConfig config) {
        this(config, System::nanoTime);
    }

    InstanceBreakers(CircuitBreakerConfig config, LongSupplier ticker) {
        this.ticker = ticker;
        this.byAddress = CircuitBreakerRegistry.of(
                CircuitBreakerConfig.from(config).clock(new TickerClock(ticker)).build());
        byAddress.getEventPublisher().onEntryAdded(added -> added.getAddedEntry().getEventPublisher()
                .onStateTransition(event -> LOG.info("The circuit breaker of the instance {}: {}",
                        event.getCircuitBreakerName(), event.getStateTransition())));
    }

    CircuitBreaker of(Instance instance) {
        return guard(instance).breaker();
    }

    InstanceGuard guard(Instance instance) {
        return guards.computeIfAbsent(instance.address(),
                address -> new InstanceGuard(byAddress.circuitBreaker(address), this::openUnlessAlone,
                        new PeakEwma(ticker)));
    }

    /** Forgets those of instances that have left. */
    void retain(List<Instance> instances) {
        List<String> addresses = instances.stream().map(Instance::address).toList();
        guards.keySet().removeIf(address -> !addresses.contains(address));
        byAddress.getAllCircuitBreakers().stream().map(CircuitBreaker::getName)
                .filter(address -> !addresses.contains(address)).forEach(byAddress::remove);
    }

    /** One at a time: two instances that are late together must not each count on the other. */
    private synchronized void openUnlessAlone(InstanceGuard late) {
        if (guards.values().stream().anyMatch(other -> other != late && other.takesCalls())) {
            late.open();
        }
    }
}
