package io.tallygate.grpc.connect;

import io.micronaut.context.annotation.Requires;
import io.micronaut.core.async.publisher.Publishers;
import io.micronaut.health.HealthStatus;
import io.micronaut.management.health.indicator.HealthIndicator;
import io.micronaut.management.health.indicator.HealthResult;
import io.micronaut.management.health.indicator.annotation.Readiness;
import io.tallygate.kernel.EdgeReadiness;
import io.tallygate.kernel.WriteHealth;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;

/**
 * Says of each service whether it can be reached. Ready while one of them can: who is away takes what it serves down, and
 * not what others serve. Before that, each has its chance to connect. At the edge, ready from then on.
 *
 * <p>Not where a process has a store of its own: what it keeps there it serves, whoever else is away.
 */
@Singleton
@Readiness
@Requires(beans = RemoteService.class, missingBeans = WriteHealth.class)
final class ServicesHealthIndicator implements HealthIndicator {

    private final List<ServiceReadiness> services;
    private final @Nullable EdgeReadiness edge;

    ServicesHealthIndicator(Collection<ServiceReadiness> services, @Nullable EdgeReadiness edge) {
        this.services = List.copyOf(services);
        this.edge = edge;
    }

    @Override
    public Publisher<HealthResult> getResult() {
        var reachable = new TreeMap<String, Boolean>();
        services.forEach(service -> reachable.put(service.service(), service.isReachable()));
        boolean isAnyThere = services.stream().allMatch(ServiceReadiness::isTried) && reachable.containsValue(true);
        boolean ready = edge == null ? isAnyThere : edge.isReady(isAnyThere);
        var details = new TreeMap<String, String>();
        reachable.forEach((service, isReachable) -> details.put(service, status(isReachable).getName()));
        return Publishers.just(HealthResult.builder("services").status(status(ready)).details(details).build());
    }

    private static HealthStatus status(boolean isUp) {
        return isUp ? HealthStatus.UP : HealthStatus.DOWN;
    }
}
