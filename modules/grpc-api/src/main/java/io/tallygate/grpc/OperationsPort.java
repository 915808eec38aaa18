package io.tallygate.grpc;

import io.micronaut.context.annotation.Requires;
import io.micronaut.core.value.PropertyResolver;
import io.micronaut.grpc.server.GrpcEmbeddedServer;
import io.micronaut.runtime.event.annotation.EventListener;
import io.micronaut.runtime.server.event.ServerStartupEvent;
import io.tallygate.access.Scope;
import io.tallygate.grpc.HttpSidePorts.Route;
import io.tallygate.kernel.Reasons;
import io.tallygate.kernel.WrongSettingException;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A port for those who operate a process that serves gRPC alone, which is open once the server is: its health for anyone,
 * and its metrics, where it has some, for tokens that may read.
 */
@Singleton
@Requires(property = GrpcSettingGroup.OPERATIONS_PORT_NAME)
final class OperationsPort {

    private static final Logger LOG = LoggerFactory.getLogger(OperationsPort.class);

    private final HttpSidePorts ports;
    private final HealthReport health;
    private final @Nullable MetricsReport metrics;
    private final int wanted;
    private int port;

    OperationsPort(HttpSidePorts ports, HealthReport health, @Nullable MetricsReport metrics,
            PropertyResolver properties) {
        this.ports = ports;
        this.health = health;
        this.metrics = metrics;
        this.wanted = GrpcSettingGroup.OPERATIONS_PORT.find(name -> properties.getProperty(name, String.class))
                .orElseThrow();
    }

    @EventListener
    synchronized void started(ServerStartupEvent event) {
        if (port == 0 && event.getSource() instanceof GrpcEmbeddedServer) {
            List<Route> routes = new ArrayList<>();
            routes.add(new Route("/health", Optional.empty(), _ -> health.answer()));
            if (metrics != null) {
                routes.add(new Route("/metrics", Optional.of(Scope.READ), _ -> metrics.answer()));
            }
            try {
                port = ports.open(wanted, false, routes);
            } catch (IOException e) {
                throw new WrongSettingException("nothing can listen on port " + wanted + ", which is "
                        + GrpcSettingGroup.OPERATIONS_PORT + ": " + Reasons.of(e));
            }
            LOG.info("{} over HTTP on port {}", metrics == null ? "Health is" : "Health and metrics are", port);
        }
    }

    /** Where it listens; 0 before it does. */
    synchronized int port() {
        return port;
    }
}
