package io.tallygate.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.http.server.netty.configuration.NettyHttpServerConfiguration;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import org.junit.jupiter.api.Test;

final class ConnectionLifeTest {

    /** A client that takes nothing until it is told to: what is written waits. */
    private static final class Unread extends ChannelOutboundHandlerAdapter {

        private final Queue<Runnable> waiting = new ArrayDeque<>();

        @Override
        public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
            waiting.add(() -> {
                var _ = context.writeAndFlush(message, promise);
            });
        }

        void take() {
            while (!waiting.isEmpty()) {
                waiting.remove().run();
            }
        }
    }

    @Test
    void inputEnds_whileAnAnswerWaitsForTheClient_closesBehindIt() {
        var unread = new Unread();
        var codec = new ServerCodec(new NettyHttpServerConfiguration());
        var channel = new EmbeddedChannel(unread, codec,
                new ConnectionLife(codec, Duration.ofSeconds(20), Duration.ofSeconds(75)));
        channel.writeInbound(Unpooled.copiedBuffer("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
                StandardCharsets.US_ASCII));
        var answer = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK,
                Unpooled.copiedBuffer("answer", StandardCharsets.US_ASCII));
        answer.headers().set(HttpHeaderNames.CONTENT_LENGTH, 6);
        var _ = channel.writeAndFlush(answer);

        channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
        channel.runPendingTasks();
        assertThat(channel.isOpen()).as("open while the answer waits").isTrue();

        unread.take();
        channel.runPendingTasks();
        assertThat(written(channel)).endsWith("\r\n\r\nanswer");
        assertThat(channel.isOpen()).as("open behind the answer").isFalse();
    }

    private static String written(EmbeddedChannel channel) {
        var text = new StringBuilder();
        for (ByteBuf part = channel.readOutbound(); part != null; part = channel.readOutbound()) {
            text.append(part.toString(StandardCharsets.US_ASCII));
            part.release();
        }
        return text.toString();
    }
}
