package io.tallygate.http;

import io.micronaut.context.annotation.Requires;
import io.micronaut.context.event.BeanCreatedEvent;
import io.micronaut.context.event.BeanCreatedEventListener;
import io.micronaut.http.server.netty.NettyHttpServer;
import io.micronaut.http.server.netty.NettyServerCustomizer;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpRequest;
import jakarta.inject.Singleton;

/**
 * Percent-encodes what clients send unencoded in paths and queries before the framework reads them. The framework's own
 * {@code escape-html-url} does that too, but lets broken percent signs, spaces and control characters pass, and takes
 * each byte of UTF-8 for a character.
 */
@Singleton
@Requires(classes = NettyHttpServer.class)
final class RawTargets implements BeanCreatedEventListener<NettyServerCustomizer.Registry> {

    private final Encoder encoder = new Encoder();

    @Override
    public NettyServerCustomizer.Registry onCreated(BeanCreatedEvent<NettyServerCustomizer.Registry> event) {
        event.getBean().register(new HttpConnections(
                channel -> channel.pipeline().addAfter(HttpConnections.CODEC, null, encoder)));
        return event.getBean();
    }

    @ChannelHandler.Sharable
    private static final class Encoder extends ChannelInboundHandlerAdapter {

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
            if (message instanceof HttpRequest request) {
                String target = request.uri();
                String encoded = RequestTargets.encodedBytes(target);
                if (!encoded.equals(target)) {
                    request.setUri(encoded);
                }
            }
            super.channelRead(context, message);
        }
    }
}
