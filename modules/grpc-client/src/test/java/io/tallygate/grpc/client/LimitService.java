package io.tallygate.grpc.client;

import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.micronaut.context.ApplicationContext;
import io.micronaut.grpc.server.GrpcEmbeddedServer;
import io.tallygate.ratelimit.RateLimitStore;
import java.nio.file.Path;
import java.util.Map;

/** One instance of the rate limit service, with everything that it has but its command line. */
final class LimitService implements AutoCloseable {

    private final ApplicationContext context;
    private final int port;
    private final ManagedChannel channel;

    /** @param port 0 takes any free one */
    LimitService(Path directory, int port, RateLimitStore store) {
        context = ApplicationContext.builder().deduceEnvironment(false).banner(false).properties(Map.of(
                "tallygate.grpc.port", Integer.toString(port), "tallygate.data-dir", directory.toString())).build();
        context.registerSingleton(RateLimitStore.class, store);
        context.start();
        var server = context.getBean(GrpcEmbeddedServer.class);
        server.start();
        this.port = server.getPort();
        this.channel = ManagedChannelBuilder.forAddress("127.0.0.1", this.port).usePlaintext().build();
    }

    int port() {
        return port;
    }

    /** A connection to it. */
    ManagedChannel channel() {
        return channel;
    }

    @Override
    public void close() {
        channel.shutdownNow();
        context.close();
    }
}
