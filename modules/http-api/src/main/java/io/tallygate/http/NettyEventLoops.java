package io.tallygate.http;

import io.micronaut.context.annotation.Requires;
import io.micronaut.http.server.netty.NettyHttpRequest;
import io.netty.channel.EventLoop;
import io.netty.util.internal.ThreadExecutorMap;
import io.tallygate.kernel.EventLoops;
import jakarta.inject.Singleton;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Netty's event loops, HTTP's and gRPC's alike. A loop runs its tasks after it has read all sockets that were ready.
 */
@Singleton
@Requires(classes = NettyHttpRequest.class)
final class NettyEventLoops implements EventLoops {

    @Override
    public @Nullable Executor current() {
        return ThreadExecutorMap.currentExecutor() instanceof EventLoop loop ? loop : null;
    }
}
