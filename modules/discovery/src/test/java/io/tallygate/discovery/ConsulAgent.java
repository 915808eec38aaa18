package io.tallygate.discovery;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/** A real Consul agent on free ports, with everything in memory. For one test's thread. */
public final class ConsulAgent implements AutoCloseable {

    private static final Duration START_MAX = Duration.ofSeconds(60);
    private static final ObjectMapper JSON = new ObjectMapper();
    // Below the range from which the system takes the ports of outgoing connections: nobody takes them while it is away.
    private static final int FIRST_PORT = 12_000;
    private static final int LAST_PORT = 30_000;
    private static final int TRIES_MAX = 1_000;

    private final Path binary;
    /** Empty without access control. */
    private final String token;
    private final int http = freePort();
    private final int server = freePort();
    private final int serfLan = freePort();
    private final int serfWan = freePort();
    private final HttpClient client = HttpClient.newHttpClient();
    private @Nullable Process process;

    private ConsulAgent(Path binary, String token) {
        this.binary = binary;
        this.token = token;
    }

    /** An agent that does not run yet. Without the program, the test that asks is skipped, saying why. */
    public static ConsulAgent installed() {
        return installed("");
    }

    /** As {@link #installed}, but it answers those alone who bring this token, a UUID. */
    public static ConsulAgent guarded(String token) {
        return installed(token);
    }

    private static ConsulAgent installed(String token) {
        Optional<Path> binary = binary();
        if (binary.isEmpty()) {
            System.out.println(
                    "SKIPPED: no consul in -Dtallygate.contract.consul, on the PATH, or from infra/tools/build");
        }
        Assumptions.assumeTrue(binary.isPresent(), "no consul: infra/tools/build makes one");
        return new ConsulAgent(binary.get(), token);
    }

    /** As {@link #installed}, and running. */
    public static ConsulAgent running() {
        ConsulAgent agent = installed();
        agent.launch();
        return agent;
    }

    private static Optional<Path> binary() {
        String cache = Optional.ofNullable(System.getenv("XDG_CACHE_HOME")).filter(home -> !home.isEmpty())
                .orElse(System.getProperty("user.home") + File.separator + ".cache");
        Stream<Path> given = Optional.ofNullable(System.getProperty("tallygate.contract.consul"))
                .filter(path -> !path.isEmpty()).map(Path::of).stream();
        Stream<Path> onPath = Arrays
                .stream(Optional.ofNullable(System.getenv("PATH")).orElse("").split(File.pathSeparator))
                .map(directory -> Path.of(directory, "consul"));
        return Stream.of(given, onPath, Stream.of(Path.of(cache, "tallygate", "tools", "consul")))
                .flatMap(places -> places).filter(Files::isExecutable).findFirst();
    }

    /** Starts it, the first time or after {@link #kill}; it knows nothing of its life before. Returns when it answers. */
    public void launch() {
        try {
            var command = new ArrayList<>(
                    List.of(binary.toString(), "agent", "-dev", "-bind=127.0.0.1", "-client=127.0.0.1",
                            "-http-port=" + http, "-dns-port=-1", "-grpc-port=-1", "-grpc-tls-port=-1",
                            "-server-port=" + server,
                            "-serf-lan-port=" + serfLan, "-serf-wan-port=" + serfWan, "-log-level=warn"));
            if (!token.isEmpty()) {
                command.add("-hcl=acl { enabled = true default_policy = \"deny\" tokens { initial_management = \""
                        + token + "\" agent = \"" + token + "\" } }");
            }
            process = new ProcessBuilder(command).redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        // Whatever goes wrong, it does not outlive the tests.
        Process started = process;
        Runtime.getRuntime().addShutdownHook(new Thread(started::destroyForcibly));
        long deadline = System.nanoTime() + START_MAX.toNanos();
        while (!hasLeader()) {
            if (System.nanoTime() - deadline > 0 || !started.isAlive()) {
                throw new AssertionError("Consul did not start");
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }

    private boolean hasLeader() {
        try {
            return send("GET", "/v1/status/leader", "").body().contains(":")
                    && send("GET", "/v1/catalog/services", "").statusCode() == 200
                    && read("/v1/catalog/nodes").size() == 1;
        } catch (IOException e) {
            return false;
        }
    }

    /** Ends it at once. */
    public void kill() {
        Process running = process;
        if (running != null) {
            running.destroyForcibly().onExit().join();
        }
    }

    public URI address() {
        return URI.create("http://127.0.0.1:" + http);
    }

    /** The service's instances whose checks pass, as Consul has them. */
    public JsonNode healthy(String service) {
        return get("/v1/health/service/" + service + "?passing=1");
    }

    /** What it answers to a question that it must know. */
    public JsonNode get(String path) {
        try {
            return read(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private JsonNode read(String path) throws IOException {
        return JSON.readTree(send("GET", path, "").body());
    }

    /** Registers an instance that no check watches. */
    public void register(String service, int port, int weight) {
        put("/v1/agent/service/register", "{\"ID\":\"" + service + port + "\",\"Name\":\"" + service
                + "\",\"Address\":\"127.0.0.1\",\"Port\":" + port + ",\"Weights\":{\"Passing\":" + weight
                + ",\"Warning\":1}}");
    }

    /** Takes back {@link #register}. */
    public void deregister(String service, int port) {
        put("/v1/agent/service/deregister/" + service + port, "");
    }

    private void put(String path, String body) {
        try {
            HttpResponse<String> answer = send("PUT", path, body);
            if (answer.statusCode() != 200) {
                throw new AssertionError(path + ": " + answer.statusCode() + " " + answer.body());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private HttpResponse<String> send(String method, String path, String body) throws IOException {
        try {
            return client.send(HttpRequest.newBuilder(URI.create(address() + path)).timeout(Duration.ofSeconds(5))
                    .header("X-Consul-Token", token).method(method, BodyPublishers.ofString(body)).build(),
                    BodyHandlers.ofString());
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static int freePort() {
        for (int i = 0; i < TRIES_MAX; i++) {
            int port = ThreadLocalRandom.current().nextInt(FIRST_PORT, LAST_PORT);
            try (var probe = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return probe.getLocalPort();
            } catch (IOException e) {
                // Taken: another one.
            }
        }
        throw new AssertionError("no free port");
    }

    @Override
    public void close() {
        kill();
        client.close();
    }
}
