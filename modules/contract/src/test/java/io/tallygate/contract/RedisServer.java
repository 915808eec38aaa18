package io.tallygate.contract;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import redis.embedded.core.ExecutableProvider;

/** A real Redis with its append-only file on, so that a restart of it keeps what it has answered. */
final class RedisServer implements StoreServer {

    private static final String MEMORY = "128mb";
    private static final Duration START_DEADLINE = Duration.ofSeconds(60);
    private static final int BUSY_ATTEMPTS_MAX = 100;
    private static final long BUSY_PAUSE_NANOS = Duration.ofMillis(50).toNanos();

    private final int port = FreePorts.next();
    private final Path directory = TemporaryDirectories.create("redis");
    private Process process;

    private RedisServer() {
        process = launch();
    }

    static RedisServer start() {
        return new RedisServer();
    }

    @Override
    public Map<String, String> settings() {
        return settingsThrough(port);
    }

    @Override
    public Map<String, String> settingsThrough(int listeningPort) {
        return Map.of(Launch.STORE, "redis", Launch.REDIS_URI, "redis://127.0.0.1:" + listeningPort);
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public void freeze() {
        Signals.send("STOP", List.of(process.toHandle()));
    }

    @Override
    public void thaw() {
        Signals.send("CONT", List.of(process.toHandle()));
    }

    @Override
    public void refuseWrites() {
        requireAnswer("CONFIG SET maxmemory 1", "+OK");
    }

    @Override
    public void takeWrites() {
        requireAnswer("CONFIG SET maxmemory " + MEMORY, "+OK");
    }

    private void requireAnswer(String command, String answer) {
        if (!answers(command, answer)) {
            throw new IllegalStateException("Redis did not answer " + answer + " to " + command);
        }
    }

    /** A restart: besides the sessions it forgets every loaded script. */
    @Override
    public void dropSessions() {
        process.destroy();
        awaitEnd();
        process = launch();
    }

    @Override
    public void close() {
        // SIGKILL ends a frozen process too.
        process.destroyForcibly();
        awaitEnd();
        TemporaryDirectories.delete(directory);
    }

    /** While another thread forks, its child has the program that was just unpacked open for writing. */
    private static Process start(ProcessBuilder program) throws IOException {
        for (int attemptsLeft = BUSY_ATTEMPTS_MAX;; attemptsLeft--) {
            try {
                return program.start();
            } catch (IOException e) {
                if (attemptsLeft == 1 || !String.valueOf(e.getMessage()).contains("Text file busy")) {
                    throw e;
                }
                LockSupport.parkNanos(BUSY_PAUSE_NANOS);
            }
        }
    }

    private Process launch() {
        try {
            String program = ExecutableProvider.newJarResourceProvider().get().getAbsolutePath();
            Process started = Reaper.watch(start(new ProcessBuilder(program, "--bind", "127.0.0.1", "--port",
                    Integer.toString(port),
                    "--dir", directory.toString(), "--appendonly", "yes", "--appendfsync", "everysec", "--save", "",
                    "--maxmemory", MEMORY, "--maxmemory-policy", "noeviction")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(directory.resolve("redis.log").toFile()))));
            if (!Await.within(START_DEADLINE, () -> !started.isAlive() || answers("PING", "+PONG"))
                    || !started.isAlive()) {
                throw new IllegalStateException(
                        "Redis did not start:\n" + Files.readString(directory.resolve("redis.log")));
            }
            return started;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** It accepts connections before it has read its file; only then it answers a ping with a pong. */
    private boolean answers(String command, String answer) {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(1_000);
            socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readNBytes(answer.length()), StandardCharsets.US_ASCII)
                    .equals(answer);
        } catch (IOException e) {
            return false;
        }
    }

    /** Has it run an inline command, which must answer with a status. */
    void command(String command) {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.UTF_8));
            if (socket.getInputStream().read() != '+') {
                throw new IllegalStateException("Redis refuses " + command);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void awaitEnd() {
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                throw new IllegalStateException("Redis does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
