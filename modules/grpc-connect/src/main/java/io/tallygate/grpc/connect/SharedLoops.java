package io.tallygate.grpc.connect;

import io.netty.channel.EventLoopGroup;

/** The event loops that serve this process's HTTP connections, and so its connections to services, too. */
record SharedLoops(EventLoopGroup group) {}
