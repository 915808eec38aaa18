package io.tallygate.functions.runtime;

import io.micronaut.context.ApplicationContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.HashMap;
import java.util.Map;
import redis.embedded.RedisServer;

/** A Redis server of a test's own, and a function's context on it. */
public final class TestStore implements AutoCloseable {

    private final RedisServer server;
    private final int port;

    public TestStore() {
        try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        try {
            server = RedisServer.newRedisServer().port(port).setting("bind 127.0.0.1").setting("save \"\"").build();
            server.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The environment variables of a function that uses it. */
    public Map<String, String> variables() {
        return Map.of("TALLYGATE_STORE", "redis", "TALLYGATE_REDIS_URI", "redis://127.0.0.1:" + port);
    }

    /**
     * Starts what runs in a function.
     *
     * @param more name and value of further environment variables
     */
    public ApplicationContext start(String... more) {
        var variables = new HashMap<>(variables());
        for (int i = 0; i < more.length; i += 2) {
            variables.put(more[i], more[i + 1]);
        }
        return FunctionContext.start(variables);
    }

    @Override
    public void close() {
        try {
            server.stop();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
