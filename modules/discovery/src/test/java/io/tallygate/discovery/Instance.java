package io.tallygate.discovery;

import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.protobuf.services.HealthStatusManager;
import io.micronaut.context.ApplicationContext;
import io.micronaut.grpc.server.GrpcEmbeddedServer;
import io.tallygate.kernel.Drain;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/** A gRPC server on a free port that registers itself, with nothing but health checks to answer. */
final class Instance implements AutoCloseable {

    final ApplicationContext context;
    final GrpcEmbeddedServer server;

    Instance(URI consul, boolean serving, Map<String, Object> settings) {
        this(consul, serving, settings, _ -> {});
    }

    /** @param before adds beans to the context */
    Instance(URI consul, boolean serving, Map<String, Object> settings, Consumer<ApplicationContext> before) {
        var all = new HashMap<String, Object>(Map.of("grpc.server.host", "127.0.0.1", "grpc.server.port", "0",
                "tallygate.consul.register", "true", "tallygate.consul.address", consul.toString()));
        all.putAll(settings);
        context = ApplicationContext.builder().deduceEnvironment(false).banner(false).properties(all).build();
        before.accept(context);
        context.start();
        serving(serving);
        server = context.getBean(GrpcEmbeddedServer.class);
        server.start();
    }

    void serving(boolean serving) {
        context.getBean(HealthStatusManager.class).setStatus("",
                serving ? ServingStatus.SERVING : ServingStatus.NOT_SERVING);
    }

    int port() {
        return server.getPort();
    }

    String id() {
        return "tallygate-counter-127.0.0.1-" + port();
    }

    void drain() {
        context.getBean(Drain.class).drain();
    }

    @Override
    public void close() {
        context.close();
    }
}
