package io.tallygate.http.ratelimit;

import io.micronaut.context.annotation.Requires;
import io.micronaut.context.event.BeanCreatedEvent;
import io.micronaut.context.event.BeanCreatedEventListener;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.server.netty.NettyHttpRequest;
import io.micronaut.http.server.netty.NettyHttpServer;
import io.micronaut.http.server.netty.NettyServerCustomizer;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.util.AttributeKey;
import io.tallygate.http.HttpConnections;
import io.tallygate.ratelimit.guard.Guard;
import io.tallygate.ratelimit.rules.HeaderStyle;
import jakarta.inject.Singleton;
import java.util.ArrayDeque;

/**
 * Lets answers tell how the limits of their requests stand. A handler of the connection: a filter runs on the thread that
 * completes the requests of all connections, and would fetch each one's state from the processor that received it.
 */
@Singleton
@Requires(classes = {Guard.class, NettyHttpServer.class}, beans = Guard.class)
final class LimitMarks implements AnswerMarks, BeanCreatedEventListener<NettyServerCustomizer.Registry> {

    private static final AttributeKey<Connection> CONNECTION = AttributeKey.valueOf(LimitMarks.class, "connection");

    private final HeaderStyle style;

    LimitMarks(HeaderStyle style) {
        this.style = style;
    }

    @Override
    public NettyServerCustomizer.Registry onCreated(BeanCreatedEvent<NettyServerCustomizer.Registry> event) {
        event.getBean().register(new HttpConnections(this::add));
        return event.getBean();
    }

    private void add(Channel channel) {
        var connection = new Connection(style);
        // Behind whatever holds requests back: those it sees are handed on at once.
        channel.pipeline().addBefore(HttpConnections.FRAMEWORK, null, connection);
        channel.attr(CONNECTION).set(connection);
    }

    @Override
    public LimitMark of(HttpRequest<?> request) {
        return ((NettyHttpRequest<?>) request).getChannelHandlerContext().channel().attr(CONNECTION).get().latest();
    }

    /** Belongs to one connection's event loop. HTTP/1.1 answers in the order of the requests. */
    private static final class Connection extends ChannelDuplexHandler {

        /** A request that was not answered yet, and its place among the connection's requests. */
        private record Marked(long request, LimitMark mark) {}

        private final HeaderStyle style;
        private final ArrayDeque<Marked> unanswered = new ArrayDeque<>(1);
        private long requests;
        private long answers;

        private Connection(HeaderStyle style) {
            this.style = style;
        }

        /** A place for the request that was handed on last. */
        private LimitMark latest() {
            var mark = new LimitMark();
            unanswered.add(new Marked(requests, mark));
            return mark;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (message instanceof io.netty.handler.codec.http.HttpRequest) {
                requests++;
            }
            context.fireChannelRead(message);
        }

        @Override
        public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
            if (message instanceof HttpResponse response
                    && response.status().codeClass() != HttpStatusClass.INFORMATIONAL) {
                answers++;
                Marked first = unanswered.peek();
                if (first != null && first.request == answers) {
                    unanswered.remove();
                    HttpHeaders headers = response.headers();
                    first.mark.tell(style, headers::contains, headers::add);
                }
            }
            var _ = context.write(message, promise);
        }
    }
}
