package io.tallygate.launcher;

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
final class NettyEventLoops implements EventLoops {

    @Override
    public @Nullable Executor current() {
        return ThreadExecutorMap.currentExecutor() instanceof EventLoop loop ? loop : null;
    }
}
