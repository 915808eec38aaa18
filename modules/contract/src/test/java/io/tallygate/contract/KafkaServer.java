package io.tallygate.contract;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.Uuid;

/** A real broker, its own controller, whose topics are one deployment's alone. */
final class KafkaServer implements AutoCloseable {

    private static final Duration START_DEADLINE = Duration.ofMinutes(2);

    private final int port = FreePorts.next();
    private final Path directory = TemporaryDirectories.create("kafka");
    private final Process process;

    private KafkaServer() {
        try {
            Path properties = Files.writeString(directory.resolve("server.properties"), properties(FreePorts.next()));
            run("kafka.tools.StorageTool", "format", "-t", Uuid.randomUuid().toString(), "-c", properties.toString())
                    .onExit().join();
            this.process = run("kafka.Kafka", properties.toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        awaitReady();
    }

    static KafkaServer start() {
        return new KafkaServer();
    }

    /**
     * What a deployment must be told to keep its events there.
     *
     * @param timeout how long this may take to answer
     */
    Map<String, String> settings(Duration timeout) {
        return Map.of("TALLYGATE_EVENTS_LOG", "kafka", "TALLYGATE_KAFKA_BOOTSTRAP_SERVERS", servers(),
                "TALLYGATE_KAFKA_CREATE_TOPICS", "true", "TALLYGATE_KAFKA_TIMEOUT", timeout.toMillis() + "ms");
    }

    /** Stops it where it is: connections stay open, nothing answers. */
    void freeze() {
        Signals.send("STOP", List.of(process.toHandle()));
    }

    void thaw() {
        Signals.send("CONT", List.of(process.toHandle()));
    }

    /** Where it is, for who reads what a deployment writes there. */
    String servers() {
        return "127.0.0.1:" + port;
    }

    private String properties(int controllerPort) {
        return """
                process.roles=broker,controller
                node.id=1
                controller.quorum.voters=1@127.0.0.1:%2$d
                listeners=PLAINTEXT://127.0.0.1:%1$d,CONTROLLER://127.0.0.1:%2$d
                controller.listener.names=CONTROLLER
                log.dirs=%3$s
                auto.create.topics.enable=false
                num.partitions=16
                offsets.topic.num.partitions=1
                offsets.topic.replication.factor=1
                group.initial.rebalance.delay.ms=0
                num.network.threads=1
                num.io.threads=2
                log.cleaner.enable=false
                """.formatted(port, controllerPort, directory.resolve("data"));
    }

    private Process run(String main, String... arguments) throws IOException {
        var command = new ArrayList<>(List.of(JarProcess.java(), "-Xmx320m", "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"), main));
        command.addAll(List.of(arguments));
        return Reaper.watch(new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile())).start());
    }

    private Path log() {
        return directory.resolve("server.log");
    }

    private void awaitReady() {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", servers()))) {
            Await.until(START_DEADLINE, "Kafka answers on " + port, () -> isAnswered(admin));
        }
    }

    private boolean isAnswered(Admin admin) {
        try {
            if (!process.isAlive()) {
                throw new AssertionError("Kafka ended: " + Files.readString(log()));
            }
            return !admin.describeCluster().nodes().get(1, TimeUnit.SECONDS).isEmpty();
        } catch (ExecutionException | TimeoutException notYet) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
        TemporaryDirectories.delete(directory);
    }
}
