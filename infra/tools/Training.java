import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Makes the JDK's ahead-of-time caches of Tallygate's programs (JEP 483, 514, 515): each runs under load for some
 * seconds, then writes which classes it used, and how, beside its JAR as {@code NAME.aot}. Packaging calls it.
 *
 * <pre>
 * java Training.java app-monolith/target/tallygate.jar
 * java Training.java GATEWAY.jar COUNTER-SERVICE.jar QUOTA-SERVICE.jar
 * </pre>
 *
 * <p>A cache fits the JDK and the JAR that it was made with; with any other the JVM starts without it.
 */
final class Training {

    private static final int INCREMENTS = 20_000;
    private static final int BATCHES = 200;
    private static final int OPERATIONS_A_BATCH = 100;
    private static final int READS = 500;
    private static final int CONSUMPTIONS = 5_000;
    private static final String SUBJECT = "someone";
    private static final int AT_ONCE = 64;
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Semaphore permits = new Semaphore(AT_ONCE);
    private final AtomicInteger failed = new AtomicInteger();
    private final Path directory;
    private final List<Process> started = new ArrayList<>();

    private Training(Path directory) {
        this.directory = directory;
    }

    public static void main(String... jars) throws Exception {
        for (String jar : jars) {
            Files.deleteIfExists(cache(Path.of(jar)));
            if (!Files.exists(Path.of(jar))) {
                System.out.println("no caches: " + jar + " is not built");
                return;
            }
        }
        Path directory = Files.createTempDirectory("tallygate-training");
        var training = new Training(directory);
        try {
            training.run(Path.of(jars[0]), Stream.of(jars).skip(1).map(Path::of).toList());
        } finally {
            training.started.forEach(Process::destroyForcibly);
            try (Stream<Path> files = Files.walk(directory)) {
                files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
            }
        }
    }

    /** @param backends the services behind it; none where the program is all there is */
    private void run(Path jar, List<Path> backends) throws Exception {
        int port = freePort();
        var settings = new TreeMap<>(Map.of("TALLYGATE_PORT", port + ""));
        if (backends.isEmpty()) {
            settings.putAll(Map.of("TALLYGATE_GRPC_PORT", "0", "TALLYGATE_DATA_DIR", directory + ""));
        }
        var services = new ArrayList<Process>();
        for (Path backend : backends) {
            int grpcPort = freePort();
            services.add(start(backend, Map.of("TALLYGATE_GRPC_PORT", grpcPort + "", "TALLYGATE_DATA_DIR",
                    directory.resolve(service(backend)) + "")));
            settings.put("TALLYGATE_SERVICES_" + service(backend) + "_ADDRESSES", "127.0.0.1:" + grpcPort);
        }
        Process program = start(jar, settings);
        String base = "http://127.0.0.1:" + port;
        awaitReady(program, base);
        load(base);
        stop(program, jar);
        for (int i = 0; i < services.size(); i++) {
            stop(services.get(i), backends.get(i));
        }
    }

    /** Its name in settings, such as COUNTER. */
    private static String service(Path jar) {
        return jar.getFileName().toString().replaceFirst("tallygate-(.*)-service\\.jar", "$1").toUpperCase(Locale.ROOT);
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static Path cache(Path jar) {
        return jar.resolveSibling(jar.getFileName().toString().replaceFirst("\\.jar$", ".aot"));
    }

    private Process start(Path jar, Map<String, String> settings) throws IOException {
        String java = ProcessHandle.current().info().command().orElseThrow();
        Path log = directory.resolve(jar.getFileName() + ".log");
        var builder = new ProcessBuilder(java, "-Xmx256m", "-XX:AOTCacheOutput=" + cache(jar), "-Xlog:aot=error", "-jar",
                jar.toString()).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("TALLYGATE_") || name.startsWith("MICRONAUT_"));
        builder.environment().putAll(settings);
        Process process = builder.start();
        started.add(process);
        return process;
    }

    private void awaitReady(Process program, String base) throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!isReady(base)) {
            if (!program.isAlive() || System.nanoTime() > deadline) {
                throw new IllegalStateException("it does not become ready; " + logs());
            }
            Thread.sleep(50);
        }
    }

    private boolean isReady(String base) throws InterruptedException {
        try {
            // A gateway is ready when one of its services is.
            for (HttpRequest request : List.of(get(base + "/health/readiness"),
                    get(base + "/api/v1/counter/item/likes"),
                    put(base + "/api/v1/quota/plans/free",
                            "{\"limits\":[{\"quota_type\":\"calls\",\"limit\":100000000,\"per\":\"month\"}]}"),
                    put(base + "/api/v1/quota/subjects/" + SUBJECT, "{\"plan\":\"free\"}"))) {
                if (client.send(request, BodyHandlers.discarding()).statusCode() != 200) {
                    return false;
                }
            }
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }

    private void load(String base) throws Exception {
        for (int i = 0; i < INCREMENTS; i++) {
            send(post(base + "/api/v1/counter/increment", operation(i)));
        }
        for (int i = 0; i < BATCHES; i++) {
            int first = i * OPERATIONS_A_BATCH;
            String operations = IntStream.range(first, first + OPERATIONS_A_BATCH).mapToObj(Training::operation)
                    .collect(Collectors.joining(",", "{\"operations\":[", "]}"));
            send(post(base + "/api/v1/counter/batch-increment", operations));
        }
        for (int i = 0; i < READS; i++) {
            send(get(base + "/api/v1/counter/item-" + i + "/likes"));
        }
        for (int i = 0; i < CONSUMPTIONS; i++) {
            send(post(base + "/api/v1/quota/consume", "{\"subject\":\"" + SUBJECT + "\",\"quota_type\":\"calls\"}"));
        }
        for (int i = 0; i < READS; i++) {
            send(post(base + "/api/v1/quota/check", "{\"subject\":\"" + SUBJECT + "\",\"quota_type\":\"calls\"}"));
        }
        send(get(base + "/api/v1/quota/subjects/" + SUBJECT));
        send(get(base + "/api/v1/leaderboard/likes?window=1m"));
        send(get(base + "/api/v1/leaderboard/likes?window=all"));
        send(get(base + "/health"));
        send(get(base + "/metrics"));
        permits.acquire(AT_ONCE);
        if (failed.get() > 0) {
            throw new IllegalStateException(failed + " requests failed; " + logs());
        }
    }

    /** The lower the number, the more often: as skewed as traffic is. */
    private static String operation(int i) {
        return "{\"resource_id\":\"item-" + (i % (1 + i % 997)) + "\",\"counter_type\":\"likes\"}";
    }

    private static HttpRequest get(String uri) {
        return HttpRequest.newBuilder(URI.create(uri)).timeout(PATIENCE).build();
    }

    private static HttpRequest post(String uri, String body) {
        return HttpRequest.newBuilder(URI.create(uri)).timeout(PATIENCE).header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body)).build();
    }

    private static HttpRequest put(String uri, String body) {
        return HttpRequest.newBuilder(URI.create(uri)).timeout(PATIENCE).header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofString(body)).build();
    }

    private void send(HttpRequest request) throws InterruptedException {
        permits.acquire();
        client.sendAsync(request, BodyHandlers.discarding()).whenComplete((answer, failure) -> {
            if (failure != null || answer.statusCode() != 200) {
                failed.incrementAndGet();
            }
            permits.release();
        });
    }

    /** The cache is written while the process ends. */
    private void stop(Process process, Path jar) throws Exception {
        process.destroy();
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            throw new IllegalStateException(jar + " does not end; " + logs());
        }
        if (process.exitValue() != 0 || !Files.exists(cache(jar))) {
            throw new IllegalStateException(
                    jar + " ended with " + process.exitValue() + " and left no cache; " + logs());
        }
        System.out.println(cache(jar) + ": " + (Files.size(cache(jar)) >> 20) + " MiB");
    }

    private String logs() throws IOException {
        var logs = new StringBuilder("their logs:\n");
        try (Stream<Path> files = Files.list(directory)) {
            for (Path log : files.filter(file -> file.toString().endsWith(".log")).toList()) {
                logs.append(Files.readString(log));
            }
        }
        return logs.toString();
    }
}
