package io.tallygate.http;

import io.micronaut.http.netty.channel.ChannelPipelineCustomizer;
import io.micronaut.http.server.netty.NettyServerCustomizer;
import io.netty.channel.Channel;
import java.util.function.Consumer;

/** Tells of every connection once its HTTP/1.1 codec stands in its pipeline, under {@link #CODEC}. */
final class HttpConnections implements NettyServerCustomizer {

    static final String CODEC = ChannelPipelineCustomizer.HANDLER_HTTP_SERVER_CODEC;

    private final Consumer<Channel> ready;

    HttpConnections(Consumer<Channel> ready) {
        this.ready = ready;
    }

    @Override
    public NettyServerCustomizer specializeForChannel(Channel channel, ChannelRole role) {
        return role == ChannelRole.CONNECTION ? new Connection(channel) : this;
    }

    private final class Connection implements NettyServerCustomizer {

        private final Channel channel;

        private Connection(Channel channel) {
            this.channel = channel;
        }

        @Override
        public void onStreamPipelineBuilt() {
            if (channel.pipeline().get(CODEC) != null) {
                ready.accept(channel);
            }
        }
    }
}
