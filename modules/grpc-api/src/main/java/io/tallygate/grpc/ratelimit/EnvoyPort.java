package io.tallygate.grpc.ratelimit;

import io.micronaut.context.annotation.Requires;
import io.micronaut.grpc.server.GrpcEmbeddedServer;
import io.micronaut.runtime.event.annotation.EventListener;
import io.micronaut.runtime.server.event.ServerStartupEvent;
import io.tallygate.access.Scope;
import io.tallygate.grpc.HttpSidePorts;
import io.tallygate.grpc.SidePorts;
import io.tallygate.kernel.Reasons;
import io.tallygate.kernel.WrongSettingException;
import io.tallygate.ratelimit.EnvoyPorts;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ports for Envoy's protocol alone, over gRPC and, where that is wanted, over HTTP, which are open once the server is. */
@Singleton
@Requires(classes = EnvoyPorts.class, beans = {EnvoyEndpoint.class, EnvoyPorts.class})
final class EnvoyPort {

    private static final Logger LOG = LoggerFactory.getLogger(EnvoyPort.class);

    private final SidePorts ports;
    private final EnvoyEndpoint endpoint;
    private final EnvoyPorts wanted;
    private final HttpSidePorts httpPorts;
    private int port;
    private int httpPort;

    EnvoyPort(SidePorts ports, HttpSidePorts httpPorts, EnvoyEndpoint endpoint, EnvoyPorts wanted) {
        this.ports = ports;
        this.httpPorts = httpPorts;
        this.endpoint = endpoint;
        this.wanted = wanted;
    }

    @EventListener
    synchronized void started(ServerStartupEvent event) {
        if (port == 0 && event.getSource() instanceof GrpcEmbeddedServer) {
            String callers = wanted.anonymous() ? "for anyone who can reach it" : "for callers with a credential";
            port = opened(wanted.grpc(), () -> ports.open(wanted.grpc(), endpoint, wanted.anonymous()));
            LOG.info("Envoy's rate limit protocol is on port {}, {}", port, callers);
            if (wanted.http().isPresent()) {
                httpPort = opened(wanted.http().getAsInt(), this::openHttp);
                LOG.info("Envoy's rate limit protocol over HTTP is on port {}, {}", httpPort, callers);
            }
        }
    }

    private int openHttp() throws IOException {
        var json = new HttpSidePorts.Route("/json", wanted.anonymous() ? Optional.empty() : Optional.of(Scope.WRITE),
                new EnvoyHttp(endpoint)::answer);
        return httpPorts.open(wanted.http().orElseThrow(), wanted.anonymous(),
                List.of(json, httpPorts.readiness("/healthcheck")));
    }

    @FunctionalInterface
    private interface Opening {

        int open() throws IOException;
    }

    private static int opened(int wanted, Opening opening) {
        try {
            return opening.open();
        } catch (IOException e) {
            throw new WrongSettingException("nothing can listen on port " + wanted
                    + ", which is for Envoy's rate limit protocol: " + Reasons.of(e));
        }
    }

    /** Where it listens; 0 before it does. */
    synchronized int port() {
        return port;
    }

    /** The same of the port for HTTP. */
    synchronized int httpPort() {
        return httpPort;
    }
}
