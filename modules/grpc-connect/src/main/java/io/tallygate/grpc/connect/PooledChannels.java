package io.tallygate.grpc.connect;

import com.google.common.util.concurrent.FutureCallback;
import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.MoreExecutors;
import io.grpc.Channel;
import io.grpc.ClientInterceptor;
import io.grpc.ClientInterceptors;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.health.v1.HealthGrpc.HealthFutureStub;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A fixed number of balanced channels over one discovery, and single channels to its instances. */
final class PooledChannels implements Channels {

    private static final long NEVER_IDLE_DAYS = 365;
    private static final long CLOSE_SECONDS = 5;
    private static final Metadata.Key<String> AUTHORIZATION = Metadata.Key.of("authorization",
            Metadata.ASCII_STRING_MARSHALLER);

    private final RemoteService service;
    private final ConnectSettings settings;
    private final Discovery discovery;
    private final InstanceBreakers breakers;
    private final Optional<ClientTls> tls;
    private final @Nullable EventLoopGroup loops;
    private final List<ManagedChannel> pool;
    private final AtomicInteger sequence = new AtomicInteger();
    private final AutoCloseable subscription;
    /** Held, because loggers that nobody holds forget their level. */
    private final Logger resolutionLog = Logger.getLogger("io.grpc.internal.ManagedChannelImpl");

    /** Guarded by itself. */
    private final Map<String, ManagedChannel> single = new HashMap<>();
    private boolean closed; // guarded by single

    private PooledChannels(RemoteService service, ConnectSettings settings, Discovery discovery,
            InstanceBreakers breakers, Optional<ClientTls> tls, @Nullable EventLoopGroup loops) {
        this.service = service;
        this.settings = settings;
        this.discovery = discovery;
        this.breakers = breakers;
        this.tls = tls;
        this.loops = loops;
        // It warns once for each channel that no instance is known, which discovery says once.
        resolutionLog.setLevel(Level.SEVERE);
        this.pool = channels(new InstanceResolver.Factory(discovery, breakers));
        this.subscription = discovery.onChange(this::closeThoseThatLeft);
    }

    private List<ManagedChannel> channels(InstanceResolver.Factory resolvers) {
        return IntStream.range(0, settings.channels()).mapToObj(i -> pooled(resolvers)).toList();
    }

    /**
     * @param loops what the connections are served by; null for those of gRPC. A call that one of them begins, and the answer
     *              to it, need no other thread where they are this process's own
     */
    static PooledChannels open(RemoteService service, ConnectSettings settings, InstanceBreakers breakers,
            Optional<ClientTls> tls, @Nullable EventLoopGroup loops) {
        return new PooledChannels(service, settings, Discovery.of(settings.target()), breakers, tls, loops);
    }

    @Override
    public Channel next() {
        return connectedFrom(sequence.getAndIncrement());
    }

    /** After a break each comes back when its own pause is over: until then those that are back take its calls. */
    private ManagedChannel connectedFrom(int place) {
        ManagedChannel first = pool.get(Math.floorMod(place, pool.size()));
        ManagedChannel channel = first;
        for (int i = 1; channel.getState(false) != ConnectivityState.READY; i++) {
            if (i == pool.size()) {
                return first;
            }
            channel = pool.get(Math.floorMod(place + i, pool.size()));
        }
        return channel;
    }

    @Override
    public void reconnect() {
        pool.forEach(ManagedChannel::resetConnectBackoff);
    }

    @Override
    public Channel byKey(int hash) {
        Channel channel = connectedFrom(hash);
        if (settings.policy() != Policy.CONSISTENT_HASH) {
            return channel;
        }
        var headers = new Metadata();
        headers.put(ConsistentHashProvider.KEY, Integer.toString(hash));
        return ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(headers));
    }

    @Override
    public List<Instance> instances() {
        return discovery.current();
    }

    @Override
    public Channel to(Instance instance) {
        return channelTo(instance);
    }

    private ManagedChannel channelTo(Instance instance) {
        synchronized (single) {
            if (closed) {
                throw new IllegalStateException("closed");
            }
            if (discovery.current().stream().noneMatch(instance::sameAddress)) {
                throw new IllegalArgumentException(instance.address() + " is not an instance any more");
            }
            return single.computeIfAbsent(instance.address(), address -> single(instance));
        }
    }

    @Override
    public CompletionStage<Beat> check(Instance instance, Duration within) {
        ManagedChannel channel = channelTo(instance);
        if (channel.getState(false) == ConnectivityState.TRANSIENT_FAILURE) {
            // Its own pause before the next attempt grows to minutes.
            channel.resetConnectBackoff();
        }
        var headers = new AtomicReference<@Nullable Metadata>();
        return health(HealthGrpc.newFutureStub(channel).withOption(BreakerInterceptor.UNGUARDED, true)
                .withInterceptors(MetadataUtils.newCaptureMetadataInterceptor(headers, new AtomicReference<>())),
                within)
                .handle((_, failure) -> failure == null
                        ? Beat.answered(headers.get())
                        : Beat.of(pulse(Status.fromThrowable(failure))));
    }

    /** Any other status is an answer. */
    private static Pulse pulse(Status failure) {
        return switch (failure.getCode()) {
            case DEADLINE_EXCEEDED -> Pulse.SILENT;
            case UNAVAILABLE -> Pulse.UNREACHABLE;
            default -> Pulse.ANSWERED;
        };
    }

    @Override
    public CompletionStage<Void> warmUp() {
        List<CompletableFuture<Void>> warm = pool.stream().map(this::warmUp).toList();
        var all = CompletableFuture.allOf(warm.toArray(CompletableFuture[]::new));
        for (CompletableFuture<Void> one : warm) {
            var _ = one.whenComplete((_, failure) -> {
                if (failure != null) {
                    all.completeExceptionally(failure);
                }
            });
        }
        return all;
    }

    /** A call, because a policy may connect to no instance before there is one. */
    private CompletableFuture<Void> warmUp(ManagedChannel channel) {
        return health(HealthGrpc.newFutureStub(channel).withWaitForReady(), settings.connectTimeout())
                .exceptionallyCompose(failure -> switch (Status.fromThrowable(failure).getCode()) {
                    // An instance without health checks, or that does not know the name, was reached all the same.
                    case UNIMPLEMENTED, NOT_FOUND -> CompletableFuture.completedFuture(null);
                    default -> CompletableFuture.failedFuture(failure);
                });
    }

    private static CompletableFuture<Void> health(HealthFutureStub health, Duration within) {
        var done = new CompletableFuture<Void>();
        var call = health.withDeadlineAfter(within.toNanos(), TimeUnit.NANOSECONDS)
                .check(HealthCheckRequest.getDefaultInstance());
        Futures.addCallback(call, new FutureCallback<HealthCheckResponse>() {
            @Override
            public void onSuccess(HealthCheckResponse response) {
                done.complete(null);
            }

            @Override
            public void onFailure(Throwable failure) {
                done.completeExceptionally(failure);
            }
        }, MoreExecutors.directExecutor());
        return done;
    }

    @Override
    public boolean ready() {
        return pool.stream().anyMatch(channel -> channel.getState(false) == ConnectivityState.READY);
    }

    @Override
    public void close() {
        List<ManagedChannel> all = new ArrayList<>(pool);
        synchronized (single) {
            closed = true;
            all.addAll(single.values());
            single.clear();
        }
        all.forEach(ManagedChannel::shutdown);
        try {
            subscription.close();
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(CLOSE_SECONDS);
            for (ManagedChannel channel : all) {
                if (!channel.awaitTermination(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                    channel.shutdownNow();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            all.forEach(ManagedChannel::shutdownNow);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        } finally {
            tls.ifPresent(ClientTls::close);
            discovery.close();
        }
    }

    private void closeThoseThatLeft() {
        List<Instance> current = discovery.current();
        breakers.retain(current);
        synchronized (single) {
            single.entrySet().removeIf(entry -> {
                boolean left = current.stream().noneMatch(instance -> instance.address().equals(entry.getKey()));
                if (left) {
                    entry.getValue().shutdown();
                }
                return left;
            });
        }
    }

    // The successor of this method registers resolvers for the whole process; these belong to one pool.
    @SuppressWarnings("deprecation")
    private ManagedChannel pooled(InstanceResolver.Factory resolvers) {
        return configured(NettyChannelBuilder.forTarget(InstanceResolver.SCHEME + ":///service")
                .nameResolverFactory(resolvers),
                ServiceConfig.of(service, settings.policy()));
    }

    private ManagedChannel single(Instance instance) {
        return configured(NettyChannelBuilder.forAddress(instance.host(), instance.port())
                .intercept(new BreakerInterceptor(breakers.guard(instance))), ServiceConfig.ofOneInstance(service));
    }

    private ManagedChannel configured(NettyChannelBuilder builder, Map<String, ?> serviceConfig) {
        tls.ifPresentOrElse(encrypted -> {
            builder.sslContext(encrypted.context());
            encrypted.serverName().ifPresent(builder::overrideAuthority);
        }, builder::usePlaintext);
        if (loops instanceof IoEventLoopGroup group && group.isIoType(NioIoHandler.class)) {
            builder.eventLoopGroup(group).channelType(NioSocketChannel.class);
        }
        return builder.directExecutor()
                .disableServiceConfigLookUp()
                .defaultServiceConfig(serviceConfig)
                .keepAliveTime(settings.keepAlive().toNanos(), TimeUnit.NANOSECONDS)
                .keepAliveWithoutCalls(true)
                .idleTimeout(NEVER_IDLE_DAYS, TimeUnit.DAYS)
                .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, Math.toIntExact(settings.connectTimeout().toMillis()))
                .intercept(interceptors())
                .build();
    }

    private List<ClientInterceptor> interceptors() {
        return settings.token().map(token -> {
            var headers = new Metadata();
            headers.put(AUTHORIZATION, "Bearer " + token);
            return List.of(MetadataUtils.newAttachHeadersInterceptor(headers));
        }).orElse(List.of());
    }
}
