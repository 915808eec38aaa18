package io.tallygate.event;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import redis.embedded.RedisServer;

/** The log on the ledgers of several processes on a real Redis. */
final class RedisLogTest extends SharedStoreLogContract {

    private @Nullable RedisServer server;

    @Override
    Map<String, Object> startStore() throws IOException {
        int port = freePort();
        RedisServer started = RedisServer.newRedisServer().port(port).bind("127.0.0.1").setting("save \"\"")
                .setting("appendonly no").build();
        server = started;
        started.start();
        return Map.of("tallygate.store", "redis", "tallygate.redis.uri", "redis://127.0.0.1:" + port);
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Override
    void stopStore() throws IOException {
        if (server != null) {
            server.stop();
        }
    }
}
