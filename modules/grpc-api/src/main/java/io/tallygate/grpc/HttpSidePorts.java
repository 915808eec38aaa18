package io.tallygate.grpc;

import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.stub.StreamObserver;
import io.micronaut.context.annotation.Property;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpServerKeepAliveHandler;
import io.netty.handler.flow.FlowControlHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.timeout.ReadTimeoutHandler;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.tallygate.access.Loopback;
import io.tallygate.access.Scope;
import io.tallygate.access.Tokens;
import io.tallygate.kernel.Drain;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * HTTP ports beside the server's own, on the same host, each with one path and {@code /healthcheck}, and nothing else: for
 * protocols that are asked over HTTP, too, in processes that serve gRPC alone. Thread-safe.
 */
@Singleton
public final class HttpSidePorts implements Drain {

    static final String HEALTH = "/healthcheck";

    private static final int BODY_BYTES_MAX = 1024 * 1024;
    private static final int CONNECTIONS_MAX = 1_000;
    private static final long SILENCE_SECONDS_MAX = 75;
    private static final long CLOSE_SECONDS_MAX = 1;

    private final String host;
    private final @Nullable ServerTls tls;
    private final Tokens tokens;
    private final HealthStatusManager health;
    private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final List<Channel> listening = new ArrayList<>();
    private @Nullable EventLoopGroup loop;

    HttpSidePorts(@Property(name = "grpc.server.host", defaultValue = "") String host, @Nullable ServerTls tls,
            Tokens tokens, HealthStatusManager health) {
        this.host = host;
        this.tls = tls;
        this.tokens = tokens;
        this.health = health;
    }

    /** What is answered. */
    public record Answer(int status, String contentType, byte[] body) {

        /** The same as text. */
        public static Answer text(int status, String text) {
            return new Answer(status, "text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
        }
    }

    /** Answers what is asked for. */
    @FunctionalInterface
    public interface Endpoint {

        /** Never blocks. */
        CompletionStage<Answer> answer(byte[] body);
    }

    /**
     * Serves a path on a port of its own.
     *
     * @param port  0 takes any free one
     * @param scope that its callers' tokens need, where tokens are configured; empty where anybody may call
     * @return the port
     * @throws IOException when nothing can listen there
     */
    public synchronized int open(int port, String path, Endpoint endpoint, Optional<Scope> scope) throws IOException {
        EventLoopGroup loops = loop == null ? new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory()) : loop;
        loop = loops;
        SslContext context = tls == null ? null : tls.http(scope.isEmpty());
        ServerBootstrap server = new ServerBootstrap().group(loops).channel(NioServerSocketChannel.class)
                .childOption(ChannelOption.TCP_NODELAY, true).childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        prepare(channel, context, new HttpSideHandler(path, endpoint,
                                scope.isEmpty() || tokens.isEmpty()
                                        ? null
                                        : new HttpSideHandler.Access(tokens,
                                                scope.get()),
                                HttpSidePorts.this::isServing));
                    }
                });
        int opened = listen(server, host, port);
        Optional<InetAddress> other = Loopback.also(host, port);
        if (other.isPresent()) {
            listen(server, other.get().getHostAddress(), opened);
        }
        return opened;
    }

    private int listen(ServerBootstrap server, String address, int port) throws IOException {
        var bound = server.bind(new InetSocketAddress(address, port)).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException(bound.cause().getMessage(), bound.cause());
        }
        listening.add(bound.channel());
        return ((InetSocketAddress) bound.channel().localAddress()).getPort();
    }

    private void prepare(Channel channel, @Nullable SslContext context, HttpSideHandler handler) {
        if (connections.size() >= CONNECTIONS_MAX) {
            var _ = channel.close();
            return;
        }
        connections.add(channel);
        if (context != null) {
            channel.pipeline().addLast(context.newHandler(channel.alloc()));
        }
        channel.pipeline().addLast(new ReadTimeoutHandler(SILENCE_SECONDS_MAX, TimeUnit.SECONDS), new HttpServerCodec(),
                new HttpServerKeepAliveHandler(), new HttpObjectAggregator(BODY_BYTES_MAX), new FlowControlHandler(),
                handler);
    }

    private boolean isServing() {
        var status = new AtomicReference<>(ServingStatus.NOT_SERVING);
        ((HealthGrpc.AsyncService) health.getHealthService()).check(HealthCheckRequest.getDefaultInstance(),
                new StreamObserver<>() {
                    @Override
                    public void onNext(HealthCheckResponse response) {
                        status.set(response.getStatus());
                    }

                    @Override
                    public void onError(Throwable failure) {
                        // Not serving.
                    }

                    @Override
                    public void onCompleted() {
                        // It was told.
                    }
                });
        return status.get() == ServingStatus.SERVING;
    }

    /** Accepts nothing more, and gives those who are connected the time to have their answers and to go. */
    @Override
    public void drain() {
        stopListening();
        connections.forEach(HttpSideHandler::closeWhenAnswered);
        connections.newCloseFuture().awaitUninterruptibly(CLOSE_SECONDS_MAX, TimeUnit.SECONDS);
        close();
    }

    private synchronized void stopListening() {
        listening.forEach(channel -> channel.close().awaitUninterruptibly(CLOSE_SECONDS_MAX, TimeUnit.SECONDS));
        listening.clear();
    }

    @PreDestroy
    synchronized void close() {
        stopListening();
        connections.close().awaitUninterruptibly(CLOSE_SECONDS_MAX, TimeUnit.SECONDS);
        if (loop != null) {
            var _ = loop.shutdownGracefully(0, CLOSE_SECONDS_MAX, TimeUnit.SECONDS);
            loop = null;
        }
    }
}
