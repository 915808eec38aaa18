package io.tallygate.http;

import io.micronaut.context.annotation.Requires;
import io.micronaut.context.event.BeanCreatedEvent;
import io.micronaut.context.event.BeanCreatedEventListener;
import io.micronaut.core.value.PropertyResolver;
import io.micronaut.http.server.netty.NettyHttpServer;
import io.micronaut.http.server.netty.configuration.NettyHttpServerConfiguration;
import io.netty.channel.ChannelOption;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.Map;

/** Bounds how many connections may wait to be accepted. */
@Singleton
@Requires(classes = NettyHttpServer.class)
final class AcceptBacklog implements BeanCreatedEventListener<NettyHttpServerConfiguration> {

    private final int connections;

    AcceptBacklog(PropertyResolver properties) {
        this.connections = HttpSettingGroup.ACCEPT_BACKLOG.in(name -> properties.getProperty(name, String.class));
    }

    @Override
    @SuppressWarnings("rawtypes") // As the framework declares it.
    public NettyHttpServerConfiguration onCreated(BeanCreatedEvent<NettyHttpServerConfiguration> event) {
        NettyHttpServerConfiguration configuration = event.getBean();
        Map<ChannelOption, Object> options = new HashMap<>(configuration.getOptions());
        options.put(ChannelOption.SO_BACKLOG, connections);
        configuration.setOptions(options);
        return configuration;
    }
}
