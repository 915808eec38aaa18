package io.tallygate.storage.redis;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.sync.RedisCommands;
import io.tallygate.kernel.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Stream;
import redis.embedded.core.ExecutableProvider;

/**
 * A real Redis server on a free port, which can be killed, frozen and started again: 6.2, or the one that
 * {@code -Dtallygate.test.redis-server} names. What it has answered is in its append-only file: on a busy disk, writing
 * once a second would leave some of it out for longer.
 */
final class RedisProcess implements AutoCloseable {

    private static final int BUS_OFFSET = 10_000;

    private final Path directory;
    private final Path executable;
    private final int port;
    private final List<String> settings;
    private Process process;

    private RedisProcess(Path directory, List<String> settings) throws IOException {
        this.directory = directory;
        String other = System.getProperty("tallygate.test.redis-server");
        this.executable = other == null
                ? ExecutableProvider.newJarResourceProvider(directory.toFile()).get().toPath()
                : Path.of(other);
        this.port = freePort();
        this.settings = settings;
        this.process = launch();
    }

    static RedisProcess start(String... settings) {
        try {
            return new RedisProcess(Files.createTempDirectory("tallygate-redis"), List.of(settings));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int port() {
        return port;
    }

    String uri() {
        return "redis://127.0.0.1:" + port;
    }

    void kill() {
        process.destroyForcibly().onExit().join();
    }

    void restart() throws IOException {
        kill();
        process = launch();
    }

    void freeze() {
        signal("-STOP");
    }

    void thaw() {
        signal("-CONT");
    }

    /** Asks the server itself. */
    <T> T ask(Function<RedisCommands<String, String>, T> question) {
        RedisClient client = RedisClient.create(RedisURI.create(uri()));
        try (var connection = client.connect()) {
            return question.apply(connection.sync());
        } finally {
            client.shutdown();
        }
    }

    @Override
    public void close() {
        kill();
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted((a, b) -> b.compareTo(a)).forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Process launch() throws IOException {
        var command = new ArrayList<>(List.of(executable.toString(), "--port", Integer.toString(port), "--bind",
                "127.0.0.1", "--dir", directory.toString(), "--save", "", "--appendonly", "yes", "--appendfsync",
                "always"));
        command.addAll(settings);
        Process launched = new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(directory.resolve("server.log").toFile()).start();
        Await.until("Redis listens on " + port, () -> {
            if (!launched.isAlive()) {
                throw new AssertionError("Redis ended: " + log());
            }
            try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return socket.isConnected();
            } catch (IOException e) {
                return false;
            }
        });
        return launched;
    }

    private String log() {
        try {
            return Files.readString(directory.resolve("server.log"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void signal(String signal) {
        try {
            new ProcessBuilder("kill", signal, Long.toString(process.pid())).inheritIO().start().onExit().join();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One whose cluster bus port is free and in range too. */
    private static int freePort() {
        var random = new Random();
        while (true) {
            int candidate = 20_000 + random.nextInt(12_000);
            try (var port = new ServerSocket(candidate, 1, InetAddress.getLoopbackAddress());
                    var bus = new ServerSocket(candidate + BUS_OFFSET, 1, InetAddress.getLoopbackAddress())) {
                return port.isBound() && bus.isBound() ? candidate : -1;
            } catch (IOException e) {
                // Taken: the next one.
            }
        }
    }
}
