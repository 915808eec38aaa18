package io.tallygate.http;

import io.micronaut.context.annotation.Requires;
import io.micronaut.context.event.BeanCreatedEvent;
import io.micronaut.context.event.BeanCreatedEventListener;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.netty.channel.ChannelPipelineCustomizer;
import io.micronaut.http.server.netty.NettyHttpRequest;
import io.micronaut.http.server.netty.NettyHttpServer;
import io.micronaut.http.server.netty.NettyServerCustomizer;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.util.AsciiString;
import io.netty.util.AttributeKey;
import jakarta.inject.Singleton;
import java.util.ArrayDeque;
import java.util.function.Consumer;

/**
 * Lets each answer carry the time, its request's id, and what else is known of the request. A handler of the connection: a filter
 * would cost every request, and run on the thread that completes the requests of all connections, which would fetch each
 * one's state from the processor that received it.
 */
@Singleton
@Requires(classes = NettyHttpServer.class)
public final class AnswerHeaders implements BeanCreatedEventListener<NettyServerCustomizer.Registry> {

    private static final AsciiString ID = AsciiString.cached(RequestIds.HEADER);
    private static final AttributeKey<Connection> CONNECTION = AttributeKey.valueOf(AnswerHeaders.class, "connection");

    private final HttpDate date;

    AnswerHeaders(HttpDate date) {
        this.date = date;
    }

    @Override
    public NettyServerCustomizer.Registry onCreated(BeanCreatedEvent<NettyServerCustomizer.Registry> event) {
        event.getBean().register(new HttpConnections(this::add));
        return event.getBean();
    }

    private void add(Channel channel) {
        var connection = new Connection(date);
        // Behind whatever holds requests back: those it sees are handed on at once.
        channel.pipeline().addBefore(ChannelPipelineCustomizer.HANDLER_MICRONAUT_INBOUND, null, connection);
        channel.attr(CONNECTION).set(connection);
    }

    /**
     * Has the headers of a request's answer changed before it is written, on the connection's event loop.
     *
     * @param request is being received: this is for the thread that receives it alone
     */
    public static void whenAnswered(HttpRequest<?> request, Consumer<HttpHeaders> change) {
        ((NettyHttpRequest<?>) request).getChannelHandlerContext().channel().attr(CONNECTION).get()
                .whenLatestIsAnswered(change);
    }

    /** Belongs to one connection's event loop. HTTP/1.1 answers in the order of the requests. */
    private static final class Connection extends ChannelDuplexHandler {

        /** What a request that was not answered yet wants, and its place among the connection's requests. */
        private record Wanted(long request, Consumer<HttpHeaders> change) {}

        private final HttpDate date;
        private final ArrayDeque<Wanted> unanswered = new ArrayDeque<>(1);
        private long requests;
        private long answers;

        private Connection(HttpDate date) {
            this.date = date;
        }

        private void whenLatestIsAnswered(Consumer<HttpHeaders> change) {
            unanswered.add(new Wanted(requests, change));
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (message instanceof io.netty.handler.codec.http.HttpRequest request) {
                requests++;
                String id = RequestIds.valid(request.headers().get(ID));
                if (id != null) {
                    whenLatestIsAnswered(headers -> headers.set(ID, id));
                }
            }
            context.fireChannelRead(message);
        }

        @Override
        public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
            if (message instanceof HttpResponse response) {
                response.headers().set(HttpHeaderNames.DATE, date.now());
                if (response.status().codeClass() != HttpStatusClass.INFORMATIONAL) {
                    answered(response.headers());
                }
            }
            var _ = context.write(message, promise);
        }

        private void answered(HttpHeaders headers) {
            answers++;
            Wanted next = unanswered.peek();
            while (next != null && next.request == answers) {
                unanswered.remove();
                next.change.accept(headers);
                next = unanswered.peek();
            }
        }
    }
}
