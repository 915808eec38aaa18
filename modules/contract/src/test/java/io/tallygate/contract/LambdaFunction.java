package io.tallygate.contract;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * A function with as many execution environments as its concurrency, all used in turn, so that one which remembers what
 * it should not is found out. Thread-safe, except starting and stopping.
 */
final class LambdaFunction implements AutoCloseable {

    private static final Duration INITIALIZATION_MAX = Duration.ofSeconds(60);

    private final Path directory = TemporaryDirectories.create("function");
    private final Path task = directory.resolve("task");
    private final String handler;
    private final Map<String, String> variables;
    private final int concurrency;
    private final List<ExecutionEnvironment> started = new ArrayList<>();
    private final StringBuilder oldLogs = new StringBuilder();
    private volatile BlockingQueue<ExecutionEnvironment> idle = new LinkedBlockingQueue<>();
    private int starts;

    /** @param variables its environment variables */
    LambdaFunction(Path zip, String handler, Map<String, String> variables, int concurrency) {
        this.handler = handler;
        this.variables = Map.copyOf(variables);
        this.concurrency = concurrency;
        unpack(zip);
    }

    /** Starts all environments, and returns when each waits for its first invocation. */
    void start() {
        initialize();
        for (ExecutionEnvironment environment : started) {
            ExecutionEnvironment.Outcome outcome = outcomeOf(environment);
            if (outcome.failed()) {
                throw new AssertionError("its initialization failed: " + outcome.text() + "\n" + environment.log());
            }
        }
        idle = new LinkedBlockingQueue<>(started);
    }

    /** Starts one environment that should not get there, and returns the error that it reported. */
    String initializationError() {
        initialize();
        ExecutionEnvironment.Outcome outcome = outcomeOf(started.getFirst());
        if (!outcome.failed()) {
            throw new AssertionError("its initialization succeeded");
        }
        return outcome.text();
    }

    private void initialize() {
        stop();
        for (int i = 0; i < concurrency; i++) {
            starts++;
            started.add(new ExecutionEnvironment(task, handler, variables, directory.resolve("environment-" + starts)));
        }
    }

    private static ExecutionEnvironment.Outcome outcomeOf(ExecutionEnvironment environment) {
        try {
            return environment.initialized().orTimeout(INITIALIZATION_MAX.toSeconds(), TimeUnit.SECONDS).join();
        } catch (CompletionException e) {
            throw new AssertionError("not initialized within " + INITIALIZATION_MAX + ":\n" + environment.log(), e);
        }
    }

    /** Invokes the handler in the environment that has been idle for longest, once there is one. */
    ExecutionEnvironment.Outcome invoke(byte[] event) throws InterruptedException {
        BlockingQueue<ExecutionEnvironment> environments = idle;
        ExecutionEnvironment environment = environments.take();
        try {
            return environment.invoke(event);
        } finally {
            environments.add(environment);
        }
    }

    ExecutionEnvironment.Outcome invoke(String event) {
        try {
            return invoke(event.getBytes(StandardCharsets.UTF_8));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    List<ExecutionEnvironment> environments() {
        return List.copyOf(started);
    }

    /** Ends all environments at once, as Lambda does: without asking. */
    void stop() {
        idle = new LinkedBlockingQueue<>();
        started.forEach(environment -> {
            environment.close();
            oldLogs.append(environment.log());
        });
        started.clear();
    }

    String log() {
        var log = new StringBuilder(oldLogs);
        started.forEach(environment -> log.append(environment.log()));
        return log.toString();
    }

    @Override
    public void close() {
        stop();
        TemporaryDirectories.delete(directory);
    }

    private void unpack(Path zip) {
        if (!Files.isReadable(zip)) {
            throw new IllegalStateException("no function to test at " + zip + ": package it first (mvn verify does)");
        }
        try (InputStream file = Files.newInputStream(zip); ZipInputStream entries = new ZipInputStream(file)) {
            for (ZipEntry entry = entries.getNextEntry(); entry != null; entry = entries.getNextEntry()) {
                Path path = task.resolve(entry.getName()).normalize();
                if (!path.startsWith(task)) {
                    throw new IllegalStateException(zip + " has an entry outside of it: " + entry.getName());
                }
                if (!entry.isDirectory()) {
                    Files.createDirectories(path.getParent());
                    Files.copy(entries, path);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
