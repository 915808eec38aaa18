package io.tallygate.http;

import io.micronaut.context.BeanProvider;
import io.micronaut.context.annotation.Requires;
import io.micronaut.context.event.BeanCreatedEvent;
import io.micronaut.context.event.BeanCreatedEventListener;
import io.micronaut.http.netty.channel.ChannelPipelineCustomizer;
import io.micronaut.http.server.netty.NettyServerCustomizer;
import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import io.tallygate.counter.Counters;
import jakarta.inject.Singleton;

/**
 * Puts an {@link IncrementFastPath} in front of the framework's routing in every HTTP/1.1 connection. Not where tokens
 * are configured: then every request passes the {@link TokenFilter}.
 */
@Singleton
@Requires(missingBeans = Token.class)
final class IncrementFastPathCustomizer implements BeanCreatedEventListener<NettyServerCustomizer.Registry> {

    private final BeanProvider<Counters> counters;

    IncrementFastPathCustomizer(BeanProvider<Counters> counters) {
        this.counters = counters;
    }

    @Override
    public NettyServerCustomizer.Registry onCreated(BeanCreatedEvent<NettyServerCustomizer.Registry> event) {
        event.getBean().register(new Listener());
        return event.getBean();
    }

    private final class Listener implements NettyServerCustomizer {

        @Override
        public NettyServerCustomizer specializeForChannel(Channel channel, ChannelRole role) {
            return role == ChannelRole.CONNECTION ? new Connection(channel) : this;
        }
    }

    private final class Connection implements NettyServerCustomizer {

        private final Channel channel;

        private Connection(Channel channel) {
            this.channel = channel;
        }

        @Override
        public void onStreamPipelineBuilt() {
            ChannelPipeline pipeline = channel.pipeline();
            if (pipeline.get(ChannelPipelineCustomizer.HANDLER_HTTP_SERVER_CODEC) != null) {
                pipeline.addBefore(ChannelPipelineCustomizer.HANDLER_MICRONAUT_INBOUND, null,
                        new IncrementFastPath(counters.get()));
            }
        }
    }
}
