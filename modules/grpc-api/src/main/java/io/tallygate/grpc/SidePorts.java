package io.tallygate.grpc;

import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.tallygate.kernel.Drain;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Ports beside the server's own, on the same host, each with one service and health, and nothing else. Their calls are
 * counted and bounded as others are. Thread-safe.
 */
@Singleton
public final class SidePorts implements Drain {

    private static final int MESSAGE_BYTES_MAX = 1024 * 1024;
    /** Calls there are answered at once; streams that somebody holds open are not waited for. */
    private static final Duration REST_OF_CALLS = Duration.ofSeconds(1);

    private final ServerLimits limits;
    private final @Nullable ServerTls tls;
    private final CallInterceptor calls;
    private final @Nullable AccessInterceptor access;
    private final HealthStatusManager health;
    private final List<Server> servers = new CopyOnWriteArrayList<>();

    SidePorts(ServerLimits limits, @Nullable ServerTls tls, CallInterceptor calls, @Nullable AccessInterceptor access,
            HealthStatusManager health) {
        this.limits = limits;
        this.tls = tls;
        this.calls = calls;
        this.access = access;
        this.health = health;
    }

    /**
     * Serves a service on a port of its own.
     *
     * @param port      0 takes any free one
     * @param anonymous whether its callers need neither token nor certificate
     * @return the port
     * @throws IOException when nothing can listen there
     */
    public int open(int port, BindableService service, boolean anonymous) throws IOException {
        NettyServerBuilder builder = limits.beside(port, MESSAGE_BYTES_MAX).addService(service)
                .addService(health.getHealthService());
        if (tls != null) {
            if (anonymous) {
                tls.secureForAnyone(builder);
            } else {
                tls.secure(builder);
            }
        }
        if (access != null && !anonymous) {
            builder.intercept(access);
        }
        // The last one is asked first.
        Server server = builder.intercept(calls).build().start();
        servers.add(server);
        return server.getPort();
    }

    @Override
    public void drain() {
        servers.forEach(Server::shutdown);
        try {
            for (Server server : servers) {
                if (!server.awaitTermination(REST_OF_CALLS.toMillis(), TimeUnit.MILLISECONDS)) {
                    server.shutdownNow();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @PreDestroy
    void close() {
        servers.forEach(Server::shutdownNow);
    }
}
