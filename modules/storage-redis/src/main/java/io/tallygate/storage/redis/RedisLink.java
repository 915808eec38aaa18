package io.tallygate.storage.redis;

import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisException;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.ClusterTopologyRefreshOptions;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.metrics.CommandLatencyRecorder;
import io.lettuce.core.protocol.ProtocolVersion;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.Delay;
import io.lettuce.core.resource.NettyCustomizer;
import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.flush.FlushConsolidationHandler;
import io.tallygate.kernel.StoreUnavailableException;
import io.tallygate.ledger.WrongTypeException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The connection to a server, or to each node of a cluster: pipelined, opened again when it breaks. Commands in flight
 * then fail, and so do, at once, those that come while there is none. Thread-safe.
 */
final class RedisLink implements AutoCloseable {

    /** Far above what waits at once: a flush has one command a partition, a reader one or a few. */
    private static final int REQUEST_QUEUE_MAX = 8_192;
    private static final int WRITTEN_TOGETHER_MAX = 256;
    private static final int IO_THREADS = 2;
    private static final String WRONG_TYPE = "WRONGTYPE";
    private static final Duration RECONNECT_DELAY_MIN = Duration.ofMillis(10);
    private static final Duration RECONNECT_DELAY_MAX = Duration.ofSeconds(1);
    private static final Duration TOPOLOGY_REFRESH = Duration.ofSeconds(30);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);

    private final Duration timeout;
    private final LongSupplier ticker;
    private final ClientResources resources;
    private final AbstractRedisClient client;
    private final RedisClusterAsyncCommands<String, String> commands;

    private RedisLink(Duration timeout, LongSupplier ticker, ClientResources resources, AbstractRedisClient client,
            RedisClusterAsyncCommands<String, String> commands) {
        this.timeout = timeout;
        this.ticker = ticker;
        this.resources = resources;
        this.client = client;
        this.commands = commands;
    }

    /** @throws RedisException when the server does not answer */
    static RedisLink open(RedisSettings settings, LongSupplier ticker) {
        return open(settings, ticker, pipeline -> {});
    }

    /**
     * One for many small commands: those that wait at one time are written together.
     *
     * @throws RedisException when the server does not answer
     */
    static RedisLink openForMany(RedisSettings settings, LongSupplier ticker) {
        return open(settings, ticker,
                pipeline -> pipeline.addFirst(new FlushConsolidationHandler(WRITTEN_TOGETHER_MAX, true)));
    }

    private static RedisLink open(RedisSettings settings, LongSupplier ticker, Consumer<ChannelPipeline> more) {
        Duration timeout = settings.timeout();
        ClientResources resources = resources(timeout, more);
        if (settings.cluster()) {
            RedisClusterClient client = RedisClusterClient.create(resources, settings.uri());
            client.setOptions(clusterOptions(timeout));
            return open(timeout, ticker, resources, client, () -> client.connect(StringCodec.UTF8).async());
        }
        RedisClient client = RedisClient.create(resources, settings.uri());
        client.setOptions(options(ClientOptions.builder(), timeout).build());
        return open(timeout, ticker, resources, client, () -> client.connect(StringCodec.UTF8).async());
    }

    private static RedisLink open(Duration timeout, LongSupplier ticker, ClientResources resources,
            AbstractRedisClient client, Supplier<RedisClusterAsyncCommands<String, String>> connect) {
        try {
            return new RedisLink(timeout, ticker, resources, client, connect.get());
        } catch (RedisException e) {
            close(client, resources);
            throw e;
        }
    }

    /**
     * Opens a connection and makes of it what will close it; a failure closes it.
     *
     * @throws IllegalArgumentException naming {@code tallygate.redis.uri} when the server does not answer
     */
    static <T> T use(RedisSettings settings, Supplier<RedisLink> opening, Function<RedisLink, T> making) {
        try {
            RedisLink link = opening.get();
            try {
                return making.apply(link);
            } catch (RuntimeException e) {
                link.close();
                throw e;
            }
        } catch (RedisException | StoreUnavailableException | WrongTypeException e) {
            throw new IllegalArgumentException("tallygate.redis.uri: cannot use Redis at " + settings.address() + ": "
                    + rootMessage(e), e);
        }
    }

    private static String rootMessage(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.getMessage() == null ? root.toString() : root.getMessage();
    }

    RedisClusterAsyncCommands<String, String> commands() {
        return commands;
    }

    /** Does what is due from time to time, on a thread of the connection, until this is closed. */
    ScheduledExecutorService timers() {
        return resources.eventExecutorGroup();
    }

    Deadline deadline() {
        return deadline(timeout);
    }

    Deadline deadline(Duration within) {
        return Deadline.after(within, ticker);
    }

    /**
     * @throws WrongTypeException        when what was asked for is of another type
     * @throws StoreUnavailableException when it does not come in time, is any other error, or was lost
     */
    <T> T await(Future<T> reply, Deadline deadline) {
        try {
            return reply.get(deadline.remainingNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            reply.cancel(false);
            throw new StoreUnavailableException("Redis did not answer within " + timeout.toMillis() + " ms", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreUnavailableException("interrupted while waiting for Redis", e);
        } catch (ExecutionException e) {
            throw failure(e.getCause() == null ? e : e.getCause());
        }
    }

    /** What a reply that is an error, or did not come, means to the store's callers. */
    static RuntimeException failure(Throwable cause) {
        String message = String.valueOf(cause.getMessage());
        return cause instanceof RedisCommandExecutionException && message.startsWith(WRONG_TYPE)
                ? new WrongTypeException("Redis: " + message)
                : new StoreUnavailableException("Redis: " + message, cause);
    }

    @Override
    public void close() {
        close(client, resources);
    }

    private static void close(AbstractRedisClient client, ClientResources resources) {
        client.shutdown(Duration.ZERO, CLOSE_TIMEOUT);
        resources.shutdown(0, CLOSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
                .awaitUninterruptibly(CLOSE_TIMEOUT.toMillis());
    }

    private static ClientResources resources(Duration timeout, Consumer<ChannelPipeline> more) {
        return ClientResources.builder()
                .ioThreadPoolSize(IO_THREADS)
                .computationThreadPoolSize(IO_THREADS)
                .commandLatencyRecorder(CommandLatencyRecorder.disabled())
                .reconnectDelay(Delay.exponential(RECONNECT_DELAY_MIN, RECONNECT_DELAY_MAX, 2, TimeUnit.MILLISECONDS))
                .nettyCustomizer(new NettyCustomizer() {
                    @Override
                    public void afterChannelInitialized(Channel channel) {
                        channel.pipeline().addFirst(new SilentServerHandler(timeout));
                        more.accept(channel.pipeline());
                    }
                })
                .build();
    }

    private static <B extends ClientOptions.Builder> B options(B builder, Duration timeout) {
        builder.autoReconnect(true)
                .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                .requestQueueSize(REQUEST_QUEUE_MAX)
                .protocolVersion(ProtocolVersion.RESP2)
                .socketOptions(
                        SocketOptions.builder().connectTimeout(timeout).keepAlive(true).tcpNoDelay(true).build());
        return builder;
    }

    private static ClusterClientOptions clusterOptions(Duration timeout) {
        var refresh = ClusterTopologyRefreshOptions.builder()
                .enableAllAdaptiveRefreshTriggers()
                .adaptiveRefreshTriggersTimeout(RECONNECT_DELAY_MAX)
                .enablePeriodicRefresh(TOPOLOGY_REFRESH)
                .build();
        return options(ClusterClientOptions.builder(), timeout).topologyRefreshOptions(refresh).build();
    }
}
