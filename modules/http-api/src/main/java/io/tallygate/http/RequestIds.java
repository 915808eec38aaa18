package io.tallygate.http;

import io.micronaut.context.event.BeanCreatedEvent;
import io.micronaut.context.event.BeanCreatedEventListener;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.netty.channel.ChannelPipelineCustomizer;
import io.micronaut.http.server.netty.NettyServerCustomizer;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.util.AsciiString;
import jakarta.inject.Singleton;
import java.util.ArrayDeque;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What callers call their requests in their logs: each answer carries its request's {@code X-Request-Id} back, and so
 * does the log line of one that failed. A handler of the connection, because a filter would cost every request.
 */
@Singleton
final class RequestIds implements BeanCreatedEventListener<NettyServerCustomizer.Registry> {

    static final AsciiString HEADER = AsciiString.cached("X-Request-Id");

    private static final Pattern VISIBLE = Pattern.compile("[\\x21-\\x7e]{1,128}");

    @Override
    public NettyServerCustomizer.Registry onCreated(BeanCreatedEvent<NettyServerCustomizer.Registry> event) {
        event.getBean().register(new Server());
        return event.getBean();
    }

    /** For the log: the end of a line about a request. */
    static String named(HttpRequest<?> request) {
        String id = valid(request.getHeaders().get(HEADER));
        return id == null ? "" : ", request id " + id;
    }

    /** What is no name is as good as none: a request does not fail for what is only for logs. */
    private static @Nullable String valid(@Nullable String id) {
        return id != null && VISIBLE.matcher(id).matches() ? id : null;
    }

    private static final class Server implements NettyServerCustomizer {

        @Override
        public NettyServerCustomizer specializeForChannel(Channel channel, ChannelRole role) {
            return role == ChannelRole.CONNECTION ? new Connection(channel) : this;
        }
    }

    private static final class Connection implements NettyServerCustomizer {

        private final Channel channel;

        private Connection(Channel channel) {
            this.channel = channel;
        }

        @Override
        public void onStreamPipelineBuilt() {
            if (channel.pipeline().get(ChannelPipelineCustomizer.HANDLER_HTTP_SERVER_CODEC) != null) {
                channel.pipeline().addAfter(ChannelPipelineCustomizer.HANDLER_HTTP_SERVER_CODEC, null, new Echo());
            }
        }
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
                String id = valid(request.headers().get(HEADER));
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
