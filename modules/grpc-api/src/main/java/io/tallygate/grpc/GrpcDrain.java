package io.tallygate.grpc;

import io.grpc.Server;
import io.micronaut.context.BeanProvider;
import io.micronaut.context.annotation.Property;
import io.micronaut.grpc.server.GrpcEmbeddedServer;
import io.tallygate.kernel.Drain;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Lets gRPC calls end before the counters close: clients are told to go elsewhere, calls are answered, streams end after
 * their last acknowledgement. Thread-safe.
 */
@Singleton
final class GrpcDrain implements Drain {

    private final BeanProvider<GrpcEmbeddedServer> server;
    private final ReadinessReport readiness;
    private final @Nullable IncrementStreams streams;
    private final Duration timeout;

    GrpcDrain(BeanProvider<GrpcEmbeddedServer> server, ReadinessReport readiness, @Nullable IncrementStreams streams,
            @Property(name = "tallygate.shutdown.timeout", defaultValue = "30s") Duration timeout) {
        this.server = server;
        this.readiness = readiness;
        this.streams = streams;
        this.timeout = timeout;
    }

    @Override
    public void drain() {
        readiness.stop();
        Server running = server.get().getServer();
        running.shutdown();
        if (streams != null) {
            streams.drain();
        }
        try {
            if (!running.awaitTermination(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                running.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
