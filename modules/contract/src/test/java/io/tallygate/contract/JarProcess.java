package io.tallygate.contract;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One program as a user runs it: {@code java -jar}, with its ahead-of-time cache when it has one, configured by the
 * environment, its log in a file. It can be started again after it ended. Not safe for use by several threads, except
 * {@link #requestStop()}, {@link #kill()} and {@link #send}.
 */
final class JarProcess implements AutoCloseable {

    private static final String HEAP = "-Xmx256m";
    private static final int LOG_TAIL_LINES = 60;

    private final Path jar;
    private final Path directory;
    private final Path logFile;
    private final List<String> wrapper;
    private volatile @Nullable Process process;

    /** A program, not yet started, with a directory of its own. */
    JarProcess(Path jar) {
        this(jar, List.of());
    }

    /** @param wrapper a command that runs the one behind it */
    JarProcess(Path jar, List<String> wrapper) {
        this.jar = jar;
        this.wrapper = wrapper;
        this.directory = TemporaryDirectories.create("deployment");
        this.logFile = directory.resolve("console.log");
    }

    /** Where it may keep data: below its own directory, over all its starts. */
    Path dataDir() {
        return directory.resolve("data");
    }

    /** Starts the process without waiting for anything. */
    void launch(Map<String, String> environment) {
        if (!Files.isReadable(jar)) {
            throw new IllegalStateException("no program to test at " + jar + ": package it first (mvn verify does)");
        }
        var command = new ArrayList<>(wrapper);
        command.addAll(List.of(java(), HEAP));
        Path cache = jar.resolveSibling(jar.getFileName().toString().replaceFirst("\\.jar$", ".aot"));
        if (Files.exists(cache)) {
            command.add("-XX:AOTCache=" + cache);
        }
        command.addAll(List.of("-jar", jar.toString()));
        var builder = new ProcessBuilder(command);
        builder.environment().keySet().removeIf(name -> name.startsWith("TALLYGATE_") || name.startsWith("MICRONAUT_"));
        builder.environment().putAll(environment);
        builder.directory(directory.toFile());
        builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.appendTo(logFile.toFile()));
        try {
            process = Reaper.watch(builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    boolean isRunning() {
        Process current = process;
        return current != null && current.isAlive();
    }

    void requestStop() {
        process().destroy();
    }

    int awaitExit(Duration deadline) {
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

    void kill() {
        process().destroyForcibly();
        awaitExit(Launch.STOP_DEADLINE);
    }

    /** Sends a signal such as {@code STOP} or {@code CONT}. */
    void send(String signal) {
        Signals.send(signal, List.of(process().toHandle()));
    }

    /** Everything it wrote so far, over all its starts. */
    String log() {
        try {
            return Files.exists(logFile) ? Files.readString(logFile, StandardCharsets.UTF_8) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String logTail() {
        List<String> lines = log().lines().toList();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_TAIL_LINES), lines.size()));
    }

    /** Why it will never be ready, when it has ended. */
    Optional<String> obituary() {
        return process().isAlive()
                ? Optional.empty()
                : Optional.of(jar.getFileName() + " ended with exit code " + process().exitValue());
    }

    /** Ends it, and deletes its directory. */
    @Override
    public void close() {
        if (isRunning()) {
            kill();
        }
        TemporaryDirectories.delete(directory);
    }

    private Process process() {
        Process current = process;
        if (current == null) {
            throw new IllegalStateException("not started");
        }
        return current;
    }

    /** The program that runs this JVM. */
    static String java() {
        return System.getProperty("java.home") + File.separator + "bin" + File.separator + "java";
    }
}
