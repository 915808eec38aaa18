package io.tallygate.event;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Map;
import redis.embedded.RedisServer;

/**
 * Where several programs keep their rows: a real server, or nothing that has to be started.
 *
 * @param settings by which a program finds it
 */
record StoreServer(Map<String, Object> settings, Closeable server) implements Closeable {

    static StoreServer postgresql() throws IOException {
        EmbeddedPostgres server = EmbeddedPostgres.builder().setServerConfig("max_connections", "60").start();
        return new StoreServer(Map.of("tallygate.store", "postgresql", "tallygate.postgresql.url",
                "jdbc:postgresql://127.0.0.1:" + server.getPort() + "/postgres", "tallygate.postgresql.user",
                "postgres"), server);
    }

    static StoreServer redis() throws IOException {
        int port = freePort();
        RedisServer server = RedisServer.newRedisServer().port(port).bind("127.0.0.1").setting("save \"\"")
                .setting("appendonly no").build();
        server.start();
        return new StoreServer(Map.of("tallygate.store", "redis", "tallygate.redis.uri", "redis://127.0.0.1:" + port),
                server::stop);
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
