package io.tallygate.storage.redis;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Closes a connection whose server was sent something and says nothing for one to two time-outs, so that commands are
 * then refused at once, instead of queueing for a server that is frozen or gone, until a new connection is answered.
 * Confined to its channel's event loop.
 */
final class SilentServerHandler extends IdleStateHandler {

    private boolean asked;
    private boolean warned;

    SilentServerHandler(Duration timeout) {
        super(timeout.toNanos(), 0, 0, TimeUnit.NANOSECONDS);
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) throws Exception {
        asked = true;
        super.write(context, message, promise);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
        asked = false;
        warned = false;
        super.channelRead(context, message);
    }

    @Override
    protected void channelIdle(ChannelHandlerContext context, IdleStateEvent event) {
        if (asked && warned) {
            var _ = context.close();
        }
        warned = asked;
    }
}
