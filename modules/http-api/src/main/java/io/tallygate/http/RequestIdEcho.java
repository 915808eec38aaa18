package io.tallygate.http;

import io.micronaut.context.annotation.Requires;
import io.micronaut.context.event.BeanCreatedEvent;
import io.micronaut.context.event.BeanCreatedEventListener;
import io.micronaut.http.server.netty.NettyHttpServer;
import io.micronaut.http.server.netty.NettyServerCustomizer;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.util.AsciiString;
import jakarta.inject.Singleton;
import java.util.ArrayDeque;

/**
 * Lets each answer carry its request's id back. A handler of the connection, because a filter would cost every request.
 */
@Singleton
@Requires(classes = NettyHttpServer.class)
final class RequestIdEcho implements BeanCreatedEventListener<NettyServerCustomizer.Registry> {

    private static final AsciiString HEADER = AsciiString.cached(RequestIds.HEADER);

    @Override
    public NettyServerCustomizer.Registry onCreated(BeanCreatedEvent<NettyServerCustomizer.Registry> event) {
        event.getBean().register(new HttpConnections(
                channel -> channel.pipeline().addAfter(HttpConnections.CODEC, null, new Echo())));
        return event.getBean();
    }

    /** Belongs to one connection's event loop. HTTP/1.1 answers in the order of the requests. */
    private static final class Echo extends ChannelDuplexHandler {

        /** The name of a request that was not answered yet, and its place among the connection's requests. */
        private record Named(long request, String id) {}

        private final ArrayDeque<Named> unanswered = new ArrayDeque<>(1);
        private long requests;
        private long answers;

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
            if (message instanceof io.netty.handler.codec.http.HttpRequest request) {
                requests++;
                String id = RequestIds.valid(request.headers().get(HEADER));
                if (id != null) {
                    unanswered.add(new Named(requests, id));
                }
            }
            super.channelRead(context, message);
        }

        @Override
        public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) throws Exception {
            if (message instanceof HttpResponse response
                    && response.status().codeClass() != HttpStatusClass.INFORMATIONAL) {
                answers++;
                Named first = unanswered.peek();
                if (first != null && first.request() == answers) {
                    unanswered.remove();
                    response.headers().set(HEADER, first.id());
                }
            }
            super.write(context, message, promise);
        }
    }
}
