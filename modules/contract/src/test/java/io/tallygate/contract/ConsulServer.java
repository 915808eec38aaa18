package io.tallygate.contract;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/** A Consul agent of its own on free ports, with everything in memory. */
final class ConsulServer implements AutoCloseable {

    private static final String PROPERTY = "tallygate.contract.consul";
    private static final Duration START_DEADLINE = Duration.ofSeconds(30);

    private final Path binary;
    private final Path directory = TemporaryDirectories.create("consul");
    private final int http = FreePorts.next();
    private final int server = FreePorts.next();
    private final int serfLan = FreePorts.next();
    private final int serfWan = FreePorts.next();
    private @Nullable Process process;

    private ConsulServer(Path binary) {
        this.binary = binary;
    }

    /** Where the program is: the property's file, {@code consul} on the path, or what {@code infra/tools/build} has made. */
    static Optional<Path> binary() {
        String cache = Optional.ofNullable(System.getenv("XDG_CACHE_HOME")).filter(home -> !home.isEmpty())
                .orElse(System.getProperty("user.home") + "/.cache");
        Stream<Path> onPath = Stream.of(Optional.ofNullable(System.getenv("PATH")).orElse("").split(":"))
                .map(directory -> Path.of(directory, "consul"));
        return Stream.of(Settings.find(PROPERTY).map(Path::of).stream(), onPath,
                Stream.of(Path.of(cache, "tallygate", "tools", "consul")))
                .flatMap(places -> places).filter(Files::isExecutable).findFirst();
    }

    /** Without the program, the tests that ask for it are skipped, saying why. */
    static ConsulServer start() {
        Optional<Path> binary = binary();
        if (binary.isEmpty()) {
            System.out.println("SKIPPED: no consul in -D" + PROPERTY + ", on the PATH, or from infra/tools/build");
        }
        Assumptions.assumeTrue(binary.isPresent(), "no consul: infra/tools/build makes one");
        var consul = new ConsulServer(binary.get());
        consul.launch();
        return consul;
    }

    /** Starts the agent, the first time or after {@link #kill}; it knows nothing of its life before. */
    void launch() {
        try {
            process = Reaper.watch(new ProcessBuilder(binary.toString(), "agent", "-dev", "-bind=127.0.0.1",
                    "-client=127.0.0.1", "-http-port=" + http, "-dns-port=-1", "-grpc-port=-1", "-grpc-tls-port=-1",
                    "-server-port=" + server, "-serf-lan-port=" + serfLan, "-serf-wan-port=" + serfWan,
                    "-log-level=warn").directory(directory.toFile()).redirectErrorStream(true)
                    .redirectOutput(directory.resolve("console.log").toFile()).start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Await.until(START_DEADLINE, "Consul has a leader", () -> get("/v1/status/leader").contains(":"));
    }

    String address() {
        return "http://127.0.0.1:" + http;
    }

    /** The healthy instances of the counter service that it knows. */
    int healthyInstances() {
        return Json.tree(get("/v1/health/service/tallygate-counter?passing=1")).size();
    }

    void kill() {
        Process running = process;
        if (running != null) {
            running.destroyForcibly().onExit().join();
        }
    }

    private String get(String path) {
        try (var client = HttpClient.newHttpClient()) {
            return client.send(HttpRequest.newBuilder(URI.create(address() + path)).timeout(Duration.ofSeconds(2))
                    .build(), BodyHandlers.ofString()).body();
        } catch (IOException e) {
            return "";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        kill();
        TemporaryDirectories.delete(directory);
    }
}
