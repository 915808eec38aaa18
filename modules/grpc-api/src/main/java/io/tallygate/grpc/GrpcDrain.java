package io.tallygate.grpc;

import io.grpc.Server;
import io.micronaut.context.BeanProvider;
import io.micronaut.core.value.PropertyResolver;
import io.micronaut.grpc.server.GrpcEmbeddedServer;
import io.tallygate.kernel.Drain;
import io.tallygate.kernel.ShutdownShare;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.TimeUnit;

/**
 * Lets gRPC calls end before the counters close: clients are told to go elsewhere, calls are answered, streams end after
 * their last acknowledgement. Calls of which only
 * a part is here after a while are ended, and so is what has no answer within this phase's share of the stop.
 * Thread-safe.
 */
@Singleton
final class GrpcDrain implements Drain {

    /** How long the rest of a request may take whose beginning is here. */
    private static final Duration REST_OF_REQUESTS = Duration.ofSeconds(1);
    private static final Duration LOOK_EVERY = Duration.ofMillis(20);

    private final BeanProvider<GrpcEmbeddedServer> server;
    private final ReadinessReport readiness;
    private final Collection<OpenStreams> streams;
    private final CallsUnderway calls;
    private final Duration share;

    GrpcDrain(BeanProvider<GrpcEmbeddedServer> server, ReadinessReport readiness, Collection<OpenStreams> streams,
            CallsUnderway calls, PropertyResolver properties) {
        this.server = server;
        this.readiness = readiness;
        this.streams = streams;
        this.calls = calls;
        this.share = ShutdownShare.of(name -> properties.getProperty(name, String.class));
    }

    @Override
    public void drain() {
        readiness.stop();
        Server running = server.get().getServer();
        running.shutdown();
        streams.forEach(OpenStreams::drain);
        try {
            if (!running.awaitTermination(REST_OF_REQUESTS.toMillis(), TimeUnit.MILLISECONDS)) {
                awaitAnswers(running);
                running.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** What then still is open belongs to clients that have begun a call and do not go on. */
    private void awaitAnswers(Server running) throws InterruptedException {
        long end = System.nanoTime() + share.minus(REST_OF_REQUESTS).toNanos();
        while (isAnyAnswerDue() && System.nanoTime() < end
                && !running.awaitTermination(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
            // An answer is still due.
        }
    }

    private boolean isAnyAnswerDue() {
        return !calls.isEmpty() || streams.stream().anyMatch(OpenStreams::isAnyOpen);
    }
}
