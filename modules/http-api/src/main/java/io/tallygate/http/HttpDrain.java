package io.tallygate.http;

import io.micronaut.context.annotation.Requires;
import io.micronaut.context.event.BeanCreatedEvent;
import io.micronaut.context.event.BeanCreatedEventListener;
import io.micronaut.core.value.PropertyResolver;
import io.micronaut.http.server.netty.NettyHttpServer;
import io.micronaut.http.server.netty.NettyServerCustomizer;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.tallygate.kernel.Drain;
import io.tallygate.kernel.ShutdownShare;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets HTTP/1.1 connections end without a reset. The framework's own graceful stop closes every connection that has no
 * request in it at that moment, which under load is the moment in which the next one arrives. So first every answer
 * carries {@code Connection: close} for a while: a busy client learns from its own answer that it has to go elsewhere.
 * Then idle connections are closed, after them those that have sent a part of a request only, which is answered 408; the
 * others have the rest of this phase's share of the stop for their answers. Thread-safe.
 */
@Singleton
@Requires(classes = NettyHttpServer.class)
final class HttpDrain implements BeanCreatedEventListener<NettyServerCustomizer.Registry>, Drain {

    /** Longer than a busy client pauses between two requests; idle ones cost a stop this long. */
    private static final Duration LAST_REQUESTS = Duration.ofMillis(500);

    /** How long, after that, the rest of a request may take whose beginning is here. */
    private static final Duration REST_OF_REQUESTS = Duration.ofMillis(500);

    /** How long, after that, answers may take. */
    private final Duration answers;
    private final ChannelGroup listeners = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final Farewell farewell = new Farewell();
    private volatile boolean draining;

    HttpDrain(PropertyResolver properties) {
        Duration left = ShutdownShare.of(name -> properties.getProperty(name, String.class)).minus(LAST_REQUESTS)
                .minus(REST_OF_REQUESTS);
        this.answers = left.isPositive() ? left : Duration.ZERO;
    }

    @Override
    public void drain() {
        draining = true;
        tellAll();
        listeners.close().awaitUninterruptibly();
        awaitClosed(LAST_REQUESTS);
        connections.forEach(connection -> connection.pipeline().fireUserEventTriggered(ConnectionLife.Stop.IDLE));
        awaitClosed(REST_OF_REQUESTS);
        connections.forEach(connection -> connection.pipeline().fireUserEventTriggered(ConnectionLife.Stop.UNFINISHED));
        awaitClosed(answers);
        connections.close().awaitUninterruptibly(LAST_REQUESTS.toMillis());
    }

    /** Waits until all are told: an event loop reads what has come before it does what it was asked to. */
    private void tellAll() {
        List<Channel> present = List.copyOf(connections);
        var told = new CountDownLatch(present.size());
        for (Channel connection : present) {
            connection.eventLoop().execute(() -> {
                sayFarewell(connection);
                told.countDown();
            });
        }
        try {
            var _ = told.await(LAST_REQUESTS.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void awaitClosed(Duration patience) {
        connections.newCloseFuture().awaitUninterruptibly(patience.toMillis());
    }

    @Override
    public NettyServerCustomizer.Registry onCreated(BeanCreatedEvent<NettyServerCustomizer.Registry> event) {
        event.getBean().register(new Listeners());
        event.getBean().register(new HttpConnections(this::add));
        return event.getBean();
    }

    private void add(Channel channel) {
        connections.add(channel);
        if (draining) {
            sayFarewell(channel);
        }
    }

    /**
     * Until then no answer pays for it. A connection that is told twice is closed all the same. Called by the connection's event
     * loop.
     */
    private void sayFarewell(Channel channel) {
        if (channel.pipeline().get(HttpConnections.CODEC) != null) {
            channel.pipeline().addAfter(HttpConnections.CODEC, null, farewell);
        }
    }

    private final class Listeners implements NettyServerCustomizer {

        @Override
        public NettyServerCustomizer specializeForChannel(Channel channel, ChannelRole role) {
            if (role == ChannelRole.LISTENER) {
                listeners.add(channel);
            }
            return this;
        }
    }

    /** Ends a connection with its next whole answer. */
    @Sharable
    static final class Farewell extends ChannelOutboundHandlerAdapter {

        @Override
        public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
            if (message instanceof HttpResponse response) {
                if (response.status().codeClass() == HttpStatusClass.INFORMATIONAL) {
                    var _ = context.write(message, promise);
                    return;
                }
                response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
            }
            if (message instanceof LastHttpContent) {
                var _ = context.write(message, promise.unvoid()).addListener(ChannelFutureListener.CLOSE);
            } else {
                var _ = context.write(message, promise);
            }
        }
    }
}
