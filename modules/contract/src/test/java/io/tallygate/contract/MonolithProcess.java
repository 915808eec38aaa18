package io.tallygate.contract;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The monolith as a user runs it: {@code java -jar tallygate.jar}, configured by the environment, its log in a file. */
final class MonolithProcess implements Deployment {

    private static final String HEAP = "-Xmx256m";
    private static final int LOG_TAIL_LINES = 60;

    private final Path jar;
    private final Launch launch;
    private final Path directory;
    private final Path logFile;
    private final int port;
    private final int grpcPort;
    private volatile @Nullable Process process;

    MonolithProcess(Path jar, Launch launch) {
        this.jar = jar;
        this.directory = TemporaryDirectories.create("deployment");
        this.logFile = directory.resolve("console.log");
        this.port = FreePorts.next();
        this.grpcPort = FreePorts.next();
        this.launch = Launch.defaults().port(port).grpcPort(grpcPort).dataDir(dataDir()).with(launch.environment());
    }

    @Override
    public void start() {
        launch();
        try {
            Readiness.await(baseUrl(), Launch.START_DEADLINE, this::obituary);
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + "; its log ends:\n" + logTail(), e);
        }
    }

    /** Starts the process without waiting for anything, for settings that it should refuse. */
    void launch() {
        if (!Files.isReadable(jar)) {
            throw new IllegalStateException("no program to test at " + jar + ": package it first (mvn verify does)");
        }
        var builder = new ProcessBuilder(List.of(java(), HEAP, "-jar", jar.toString()));
        builder.environment().keySet().removeIf(name -> name.startsWith("TALLYGATE_") || name.startsWith("MICRONAUT_"));
        builder.environment().putAll(launch.environment());
        builder.directory(directory.toFile());
        builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.appendTo(logFile.toFile()));
        try {
            process = Reaper.watch(builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public URI baseUrl() {
        return URI.create("http://127.0.0.1:" + port);
    }

    int port() {
        return port;
    }

    int grpcPort() {
        return grpcPort;
    }

    Path dataDir() {
        return directory.resolve("data");
    }

    @Override
    public void requestStop() {
        process().destroy();
    }

    @Override
    public int awaitExit(Duration deadline) {
        try {
            if (!process().waitFor(deadline.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError("still running " + deadline + " later, its log ends:\n" + logTail());
            }
            return process().exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void kill() {
        process().destroyForcibly();
        awaitExit(Launch.STOP_DEADLINE);
    }

    @Override
    public String log() {
        try {
            return Files.exists(logFile) ? Files.readString(logFile, StandardCharsets.UTF_8) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        Process running = process;
        if (running != null && running.isAlive()) {
            kill();
        }
        TemporaryDirectories.delete(directory);
    }

    private Optional<String> obituary() {
        if (process().isAlive()) {
            return Optional.empty();
        }
        return Optional.of("it ended with exit code " + process().exitValue());
    }

    private String logTail() {
        List<String> lines = log().lines().toList();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_TAIL_LINES), lines.size()));
    }

    private Process process() {
        Process current = process;
        if (current == null) {
            throw new IllegalStateException("not started");
        }
        return current;
    }

    private static String java() {
        return System.getProperty("java.home") + File.separator + "bin" + File.separator + "java";
    }
}
