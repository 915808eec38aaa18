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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * HTTP ports beside the server's own, on the same host, each with its paths and nothing else: for what is asked over HTTP,
 * too, in processes that serve gRPC alone. Thread-safe.
 */
@Singleton
public final class HttpSidePorts implements Drain {

    private static final Answer SERVING = Answer.text(200, "OK");
    private static final Answer NOT_SERVING = Answer.text(500, "Internal Server Error\n");
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
     * One path of a port.
     *
     * @param scope that its callers' tokens need, where tokens are configured; empty where anybody may call
     */
    public record Route(String path, Optional<Scope> scope, Endpoint endpoint) {}

    /** A path that tells anyone whether the server is ready. */
    public Route readiness(String path) {
        return new Route(path, Optional.empty(),
                _ -> CompletableFuture.completedStage(isServing() ? SERVING : NOT_SERVING));
    }

    /**
     * Serves paths on a port of their own.
     *
     * @param port      0 takes any free one
     * @param anonymous whether its callers need no certificate where others do
     * @return the port
     * @throws IOException when nothing can listen there
     */
    public synchronized int open(int port, boolean anonymous, List<Route> routes) throws IOException {
        EventLoopGroup loops = loop == null ? new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory()) : loop;
        loop = loops;
        SslContext context = tls == null ? null : tls.http(anonymous);
        ServerBootstrap server = new ServerBootstrap().group(loops).channel(NioServerSocketChannel.class)
                .childOption(ChannelOption.TCP_NODELAY, true).childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        prepare(channel, context, new HttpSideHandler(routes, tokens));
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
