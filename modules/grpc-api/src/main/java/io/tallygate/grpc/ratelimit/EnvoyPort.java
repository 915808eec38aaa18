package io.tallygate.grpc.ratelimit;

import io.micronaut.context.annotation.Requires;
import io.micronaut.grpc.server.GrpcEmbeddedServer;
import io.micronaut.runtime.event.annotation.EventListener;
import io.micronaut.runtime.server.event.ServerStartupEvent;
import io.tallygate.grpc.SidePorts;
import io.tallygate.kernel.Reasons;
import io.tallygate.kernel.WrongSettingException;
import io.tallygate.ratelimit.EnvoyPorts;
import jakarta.inject.Singleton;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A port for Envoy's protocol alone, which is open once the server is. */
@Singleton
@Requires(classes = EnvoyPorts.class, beans = {EnvoyEndpoint.class, EnvoyPorts.class})
final class EnvoyPort {

    private static final Logger LOG = LoggerFactory.getLogger(EnvoyPort.class);

    private final SidePorts ports;
    private final EnvoyEndpoint endpoint;
    private final EnvoyPorts wanted;
    private int port;

    EnvoyPort(SidePorts ports, EnvoyEndpoint endpoint, EnvoyPorts wanted) {
        this.ports = ports;
        this.endpoint = endpoint;
        this.wanted = wanted;
    }

    @EventListener
    synchronized void started(ServerStartupEvent event) {
        if (port == 0 && event.getSource() instanceof GrpcEmbeddedServer) {
            try {
                port = ports.open(wanted.grpc(), endpoint, wanted.anonymous());
            } catch (IOException e) {
                throw new WrongSettingException("nothing can listen on port " + wanted.grpc()
                        + ", which is for Envoy's rate limit protocol: " + Reasons.of(e));
            }
            LOG.info("Envoy's rate limit protocol is on port {}, {}", port,
                    wanted.anonymous() ? "for anyone who can reach it" : "for callers with a credential");
        }
    }

    /** Where it listens; 0 before it does. */
    synchronized int port() {
        return port;
    }
}
