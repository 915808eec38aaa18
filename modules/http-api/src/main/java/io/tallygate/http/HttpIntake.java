package io.tallygate.http;

import io.micronaut.context.annotation.Requires;
import io.micronaut.context.event.BeanCreatedEvent;
import io.micronaut.context.event.BeanCreatedEventListener;
import io.micronaut.core.value.PropertyResolver;
import io.micronaut.http.server.netty.NettyHttpServer;
import io.micronaut.http.server.netty.NettyServerCustomizer;
import io.micronaut.http.server.netty.configuration.NettyHttpServerConfiguration;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.tallygate.access.Tokens;
import io.tallygate.http.ConnectionCount.Admission;
import io.tallygate.kernel.Pressure;
import io.tallygate.kernel.SettingValues;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Collection;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Puts into each connection what decides which requests come in, in which order, and how long that may take. */
@Singleton
@Requires(classes = NettyHttpServer.class)
final class HttpIntake implements BeanCreatedEventListener<NettyServerCustomizer.Registry> {

    /** For a connection that is one too many: its one request, and the answer. */
    private static final Duration TOLD_WITHIN = Duration.ofSeconds(1);

    private final NettyHttpServerConfiguration configuration;
    private final boolean loopbackOnly;
    private final Duration requestTimeout;
    private final Duration idleTimeout;
    private final ConnectionCount connections;
    private final Set<String> pipelined;
    private final @Nullable RequestsInFlight inFlight;

    /**
     * Wired by the framework.
     *
     * @param pipelined what domains let come together
     */
    HttpIntake(NettyHttpServerConfiguration configuration, Tokens tokens, Collection<PipelinedPath> pipelined,
            Provider<Pressure> pressure, PropertyResolver properties) {
        SettingValues values = name -> properties.getProperty(name, String.class);
        this.configuration = configuration;
        this.loopbackOnly = tokens.isEmpty();
        this.requestTimeout = HttpSettingGroup.REQUEST_TIMEOUT.in(values);
        this.idleTimeout = HttpSettingGroup.IDLE_TIMEOUT.in(values);
        this.pipelined = pipelined.stream().map(PipelinedPath::path).collect(Collectors.toUnmodifiableSet());
        // Asked when there is need to: whatever knows it may need the server, or a store that starts slowly.
        this.inFlight = HttpSettingGroup.CONCURRENCY_MAX.find(values)
                .map(max -> new RequestsInFlight(max, tokens, () -> pressure.get().isCriticalBad())).orElse(null);
        this.connections = new ConnectionCount(HttpSettingGroup.CONNECTIONS_MAX.in(values));
    }

    @Override
    public NettyServerCustomizer.Registry onCreated(BeanCreatedEvent<NettyServerCustomizer.Registry> event) {
        event.getBean().register(new HttpConnections(this::add));
        return event.getBean();
    }

    private void add(Channel channel) {
        Admission admission = connections.admit(channel);
        if (admission == Admission.CLOSED) {
            var _ = channel.close();
            return;
        }
        boolean full = admission == Admission.TOLD;
        channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        ChannelPipeline pipeline = channel.pipeline();
        var codec = new ServerCodec(configuration);
        pipeline.replace(HttpConnections.CODEC, HttpConnections.CODEC, codec);
        // In the order of the last to the first that a request comes to.
        pipeline.addAfter(HttpConnections.CODEC, null, new RequestOrder(pipelined));
        var guard = new RequestGuard(loopbackOnly, configuration.getMaxRequestSize(), full);
        if (inFlight != null) {
            pipeline.addAfter(HttpConnections.CODEC, null, inFlight.of(guard));
        }
        pipeline.addAfter(HttpConnections.CODEC, null, guard);
        pipeline.addAfter(HttpConnections.CODEC, null, new ConnectionLife(codec,
                full ? TOLD_WITHIN : requestTimeout, full ? TOLD_WITHIN : idleTimeout));
    }
}
