package io.tallygate.discovery;

import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.NettyChannelBuilder;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Asks this process's own server what Consul's check will ask it, over the network as Consul does. */
final class OwnHealth implements AutoCloseable {

    private static final long ANSWER_MAX_MILLIS = 1_000;
    private static final long CLOSE_MAX_MILLIS = 1_000;

    private final ManagedChannel channel;

    /**
     * @param host        what the server listens on; for all addresses it is asked through the loopback one
     * @param certificate null when the server does not speak TLS
     */
    OwnHealth(String host, int port, @Nullable OwnCertificate certificate) {
        var address = new InetSocketAddress(host, port);
        NettyChannelBuilder builder = NettyChannelBuilder
                .forAddress(address.getAddress() != null && address.getAddress().isAnyLocalAddress()
                        ? new InetSocketAddress(InetAddress.getLoopbackAddress(), port)
                        : address);
        this.channel = (certificate == null ? builder.usePlaintext() : builder.sslContext(certificate.context()))
                .build();
    }

    boolean serving() {
        try {
            return HealthGrpc.newBlockingStub(channel).withDeadlineAfter(ANSWER_MAX_MILLIS, TimeUnit.MILLISECONDS)
                    .check(HealthCheckRequest.getDefaultInstance()).getStatus() == ServingStatus.SERVING;
        } catch (StatusRuntimeException e) {
            return false;
        }
    }

    @Override
    public void close() {
        channel.shutdownNow();
        try {
            channel.awaitTermination(CLOSE_MAX_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
