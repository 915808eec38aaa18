package io.tallygate.http;

import io.micronaut.context.annotation.Property;
import io.micronaut.context.annotation.Requires;
import io.micronaut.context.event.BeanCreatedEvent;
import io.micronaut.context.event.BeanCreatedEventListener;
import io.micronaut.http.server.netty.NettyHttpServer;
import io.micronaut.http.server.netty.configuration.NettyHttpServerConfiguration;
import io.micronaut.http.server.netty.configuration.NettyHttpServerConfiguration.NettyListenerConfiguration;
import io.tallygate.access.Loopback;
import jakarta.inject.Singleton;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Lets a server on 127.0.0.1 listen on ::1, too: {@code localhost} means either. */
@Singleton
@Requires(classes = NettyHttpServer.class)
final class LoopbackListeners implements BeanCreatedEventListener<NettyHttpServerConfiguration> {

    private final @Nullable String keyName;

    /** @param certificate absent without TLS */
    LoopbackListeners(@Nullable @Property(name = HttpCertificate.CERTIFICATE) String certificate) {
        this.keyName = certificate == null ? null : HttpCertificate.NAME;
    }

    @Override
    public NettyHttpServerConfiguration onCreated(BeanCreatedEvent<NettyHttpServerConfiguration> event) {
        NettyHttpServerConfiguration configuration = event.getBean();
        String host = configuration.getHost().orElse("");
        int port = configuration.getPort().orElse(0);
        Loopback.also(host, port).ifPresent(other -> configuration
                .setListeners(List.of(listener(host, port), listener(other.getHostAddress(), port))));
        return configuration;
    }

    private NettyListenerConfiguration listener(String host, int port) {
        return NettyListenerConfiguration.createTcp(host, port, keyName != null, keyName, null);
    }
}
