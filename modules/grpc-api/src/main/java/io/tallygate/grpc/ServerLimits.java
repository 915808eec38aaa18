package io.tallygate.grpc;

import io.grpc.ServerBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.micronaut.context.annotation.Property;
import io.micronaut.context.event.BeanCreatedEvent;
import io.micronaut.context.event.BeanCreatedEventListener;
import io.micronaut.core.value.PropertyResolver;
import io.tallygate.access.Loopback;
import jakarta.inject.Singleton;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Bounds what one connection may ask of the server, runs the endpoints on its event loop, and has a server on one loopback
 * address listen on the other, too.
 */
@Singleton
final class ServerLimits implements BeanCreatedEventListener<ServerBuilder<?>> {

    /** Room for a gateway's largest flush, which is one posting of {@link io.tallygate.ledger.Posting#BYTES_MAX}. */
    private static final int MESSAGE_BYTES_MAX = 16 * 1024 * 1024;
    private static final int METADATA_BYTES_MAX = 8 * 1024;
    private static final int CALLS_PER_CONNECTION_MAX = 1024;
    /** Gateways ping every 30 s, also while no call is open. */
    private static final Duration PING_INTERVAL_MIN = Duration.ofSeconds(10);
    /** A client that vanished without a word holds its streams this long, and the answer's time on top. */
    private static final Duration PING_IDLE_CLIENT_AFTER = Duration.ofSeconds(60);
    private static final Duration PING_ANSWER_WITHIN = Duration.ofSeconds(20);

    private final Duration connectionAgeMax;
    private final String host;
    private final int port;
    /** Held, because loggers that nobody holds forget their level. */
    private final Logger connectionLog = Logger.getLogger("io.grpc.netty");

    ServerLimits(PropertyResolver properties, @Property(name = "grpc.server.host", defaultValue = "") String host,
            @Property(name = "grpc.server.port", defaultValue = "0") int port) {
        this.connectionAgeMax = GrpcSettingGroup.CONNECTION_AGE_MAX
                .in(name -> properties.getProperty(name, String.class));
        this.host = host;
        this.port = port;
        // It warns, with a stack trace, of each client that goes away too early or sends too much.
        connectionLog.setLevel(Level.SEVERE);
    }

    @Override
    public ServerBuilder<?> onCreated(BeanCreatedEvent<ServerBuilder<?>> event) {
        ServerBuilder<?> builder = event.getBean();
        if (builder instanceof NettyServerBuilder netty) {
            bound(netty, port, MESSAGE_BYTES_MAX);
        }
        return builder;
    }

    /** A builder of a server on the same host, with the same bounds for a connection. */
    NettyServerBuilder beside(int otherPort, int messageBytesMax) {
        return bound(NettyServerBuilder.forAddress(new InetSocketAddress(host, otherPort)), otherPort, messageBytesMax);
    }

    private NettyServerBuilder bound(NettyServerBuilder netty, int listened, int messageBytesMax) {
        // Nothing here waits, and a change of threads would cost a third of the throughput.
        netty.directExecutor()
                .maxInboundMessageSize(messageBytesMax)
                .maxInboundMetadataSize(METADATA_BYTES_MAX)
                .maxConcurrentCallsPerConnection(CALLS_PER_CONNECTION_MAX)
                .permitKeepAliveTime(PING_INTERVAL_MIN.toMillis(), TimeUnit.MILLISECONDS)
                .permitKeepAliveWithoutCalls(true)
                .keepAliveTime(PING_IDLE_CLIENT_AFTER.toMillis(), TimeUnit.MILLISECONDS)
                .keepAliveTimeout(PING_ANSWER_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
        Loopback.also(host, listened)
                .ifPresent(other -> netty.addListenAddress(new InetSocketAddress(other, listened)));
        if (connectionAgeMax.isPositive()) {
            netty.maxConnectionAge(connectionAgeMax.toMillis(), TimeUnit.MILLISECONDS);
        }
        return netty;
    }
}
