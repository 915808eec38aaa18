package io.tallygate.grpc.connect;

import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Requires;
import io.micronaut.http.netty.channel.EventLoopGroupRegistry;
import jakarta.inject.Singleton;

/** In a process that serves HTTP. */
@Factory
@Requires(classes = EventLoopGroupRegistry.class)
final class SharedLoopsFactory {

    /** Of the registry, which ends its loops at a stop: so whoever needs them is closed before. */
    @Singleton
    @Requires(beans = EventLoopGroupRegistry.class)
    SharedLoops sharedLoops(EventLoopGroupRegistry registry) {
        return new SharedLoops(registry.getDefaultEventLoopGroup());
    }
}
