package io.tallygate.contract;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.api.client.AWSLambda;
import com.amazonaws.services.lambda.runtime.serialization.PojoSerializer;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.utilslite.SdkInternalThreadLocal;

/**
 * One of AWS Lambda's execution environments, without AWS: a process in which AWS's own runtime interface client runs a
 * handler from an unpacked ZIP, laid out as in Lambda, and this side of the Lambda Runtime API that it asks for
 * invocations. As in Lambda, one invocation at a time.
 */
final class ExecutionEnvironment implements AutoCloseable {

    /** Longer than any test's own patience. */
    private static final Duration INVOCATION_TIMEOUT = Duration.ofSeconds(30);
    /** The largest event and the largest answer of a synchronous invocation. */
    private static final int PAYLOAD_BYTES_MAX = 6 << 20;
    private static final String API = "/2018-06-01/runtime/";

    private static final String NATIVE_CLIENT = "libaws-lambda-jni.linux-x86_64.so";
    private static final String NATIVE_CLIENT_PROPERTY = "com.amazonaws.services.lambda.runtime.api.client.runtimeapi."
            + "NativeClient.JNI";

    /** As Lambda starts its Java runtimes: little memory, and compiled to start soon. */
    private static final List<String> JVM = List.of("-Xmx192m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
            "-Xshare:auto", "-Dorg.crac.Core.Compat=com.amazonaws.services.lambda.crac",
            "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow");

    /** What an invocation came to, as the client reported it. */
    record Outcome(boolean failed, byte[] payload) {

        String text() {
            return new String(payload, StandardCharsets.UTF_8);
        }
    }

    private record Invocation(String id, byte[] event, CompletableFuture<Outcome> outcome) {}

    private final HttpListener runtimeApi;
    private final Path directory;
    private final Process process;
    private final SynchronousQueue<Invocation> next = new SynchronousQueue<>(true);
    private final CompletableFuture<Outcome> initialized = new CompletableFuture<>();
    private volatile @Nullable Invocation current;
    private volatile boolean restored;

    /**
     * Starts the process and returns at once.
     *
     * @param task      the unpacked ZIP
     * @param directory its own, for its log and what it writes
     */
    ExecutionEnvironment(Path task, String handler, Map<String, String> variables, Path directory) {
        this.directory = directory;
        this.runtimeApi = HttpListener.on(0, PAYLOAD_BYTES_MAX, this::answer);
        try {
            Files.createDirectories(directory.resolve("tmp"));
            unpackNativeClient();
            this.process = Reaper.watch(builder(task, handler, variables).start());
        } catch (IOException e) {
            runtimeApi.close();
            throw new UncheckedIOException(e);
        }
        var _ = process.onExit().thenRun(this::ended);
    }

    /** By itself, the client unpacks it to a path that all environments of this machine would share. */
    private void unpackNativeClient() throws IOException {
        try (InputStream library = AWSLambda.class.getResourceAsStream("/jni/" + NATIVE_CLIENT)) {
            Files.copy(Objects.requireNonNull(library, NATIVE_CLIENT), directory.resolve(NATIVE_CLIENT));
        }
    }

    private ProcessBuilder builder(Path task, String handler, Map<String, String> variables) {
        var command = new ArrayList<String>();
        command.add(System.getProperty("java.home") + File.separator + "bin" + File.separator + "java");
        command.addAll(JVM);
        command.add("-Djava.io.tmpdir=" + directory.resolve("tmp"));
        command.add("-D" + NATIVE_CLIENT_PROPERTY + "=" + directory.resolve(NATIVE_CLIENT));
        command.addAll(List.of("-cp", clientClassPath(), AWSLambda.class.getName(), handler));
        var builder = new ProcessBuilder(command);
        builder.environment().keySet().removeIf(name -> name.startsWith("TALLYGATE_") || name.startsWith("MICRONAUT_"));
        builder.environment().putAll(Map.of("AWS_LAMBDA_RUNTIME_API", "127.0.0.1:" + runtimeApi.port(), "_HANDLER",
                handler, "LAMBDA_TASK_ROOT", task.toString(), "AWS_EXECUTION_ENV", "AWS_Lambda_java25",
                "AWS_LAMBDA_FUNCTION_NAME", "tallygate", "AWS_LAMBDA_FUNCTION_VERSION", "$LATEST",
                "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512", "AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/tallygate",
                "AWS_LAMBDA_LOG_STREAM_NAME", "test"));
        builder.environment().putAll(variables);
        // The client loads a handler from lib/ of the directory it was started in.
        builder.directory(task.toFile()).redirectErrorStream(true).redirectOutput(logFile().toFile());
        return builder;
    }

    /** What Lambda's runtime itself has on its class path; the handler's own classes are not. */
    private static String clientClassPath() {
        return Stream.of(AWSLambda.class, Context.class, PojoSerializer.class, SdkInternalThreadLocal.class)
                .map(type -> {
                    try {
                        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
                    } catch (URISyntaxException e) {
                        throw new IllegalStateException(e);
                    }
                }).collect(Collectors.joining(File.pathSeparator));
    }

    /** The end of its initialization: not failed when it asks for its first invocation; otherwise the error it reported. */
    CompletableFuture<Outcome> initialized() {
        return initialized;
    }

    /** Whether it was ready for a snapshot, and went on. */
    boolean restored() {
        return restored;
    }

    /** Invokes the handler; for one caller at a time. */
    Outcome invoke(byte[] event) throws InterruptedException {
        var invocation = new Invocation(UUID.randomUUID().toString(), event, new CompletableFuture<>());
        current = invocation;
        try {
            if (!next.offer(invocation, INVOCATION_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
                return failed("it does not ask for an invocation");
            }
            return invocation.outcome().get(INVOCATION_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            return failed("it does not answer: " + e);
        } finally {
            current = null;
        }
    }

    private HttpListener.Response answer(HttpListener.Request request) throws InterruptedException {
        String call = request.target().startsWith(API) ? request.target().substring(API.length()) : "";
        Invocation invocation = current;
        if (call.equals("restore/next")) {
            // The snapshot is taken, and this process is the one that is restored from it.
            restored = true;
            return new HttpListener.Response(200, Map.of(), new byte[0]);
        } else if (call.equals("invocation/next")) {
            initialized.complete(new Outcome(false, new byte[0]));
            return handedOver(next.take());
        } else if (call.equals("init/error")) {
            initialized.complete(new Outcome(true, request.body()));
        } else if (invocation != null && call.equals("invocation/" + invocation.id() + "/response")) {
            invocation.outcome().complete(new Outcome(false, request.body()));
        } else if (invocation != null && call.equals("invocation/" + invocation.id() + "/error")) {
            invocation.outcome().complete(new Outcome(true, request.body()));
        } else {
            return new HttpListener.Response(404, Map.of(), new byte[0]);
        }
        return new HttpListener.Response(202, Map.of("Content-Type", "application/json"),
                "{\"status\":\"OK\"}".getBytes(StandardCharsets.US_ASCII));
    }

    private static HttpListener.Response handedOver(Invocation invocation) {
        long deadlineMillis = System.currentTimeMillis() + INVOCATION_TIMEOUT.toMillis();
        return new HttpListener.Response(200, Map.of("Content-Type", "application/json",
                "Lambda-Runtime-Aws-Request-Id", invocation.id(),
                "Lambda-Runtime-Deadline-Ms", Long.toString(deadlineMillis),
                "Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:eu-central-1:000000000000:function:tallygate",
                "Lambda-Runtime-Trace-Id", "Root=1-00000000-000000000000000000000000;Sampled=0"), invocation.event());
    }

    private void ended() {
        initialized.complete(failed("it ended with exit code " + process.exitValue()));
        Optional.ofNullable(current).ifPresent(
                invocation -> invocation.outcome().complete(failed("it ended during the invocation")));
    }

    private static Outcome failed(String why) {
        return new Outcome(true, why.getBytes(StandardCharsets.UTF_8));
    }

    ProcessHandle process() {
        return process.toHandle();
    }

    void requestStop() {
        process.destroy();
    }

    int awaitExit(Duration deadline) {
        try {
            if (!process.waitFor(deadline.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError("still running " + deadline + " later, its log is:\n" + log());
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    String log() {
        try {
            return Files.exists(logFile()) ? Files.readString(logFile(), StandardCharsets.UTF_8) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path logFile() {
        return directory.resolve("console.log");
    }

    /** Ends it as Lambda does, without asking. */
    @Override
    public void close() {
        process.destroyForcibly();
        awaitExit(Launch.STOP_DEADLINE);
        runtimeApi.close();
    }
}
