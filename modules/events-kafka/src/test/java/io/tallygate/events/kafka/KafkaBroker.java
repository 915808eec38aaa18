package io.tallygate.events.kafka;

import io.tallygate.kernel.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/**
 * A real broker, its own controller, in a process of its own on free ports, which can be killed, frozen and started again. One
 * for all tests, because it takes seconds to start; each test has topics of its own.
 */
final class KafkaBroker {

    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static @Nullable KafkaBroker shared;

    private final Path directory;
    private final Path properties;
    private final int port;
    private final Admin admin;
    private Process process;

    private KafkaBroker() throws IOException {
        this.directory = Files.createTempDirectory("tallygate-kafka");
        this.port = freePort();
        this.properties = Files.writeString(directory.resolve("server.properties"), properties(port, freePort()));
        run("kafka.tools.StorageTool", "format", "-t", Uuid.randomUuid().toString(), "-c", properties.toString())
                .onExit().join();
        this.process = run("kafka.Kafka", properties.toString());
        this.admin = Admin.create(Map.of("bootstrap.servers", servers()));
        awaitReady();
        Runtime.getRuntime().addShutdownHook(new Thread(this::close));
    }

    static synchronized KafkaBroker shared() {
        KafkaBroker broker = shared;
        if (broker == null) {
            try {
                broker = new KafkaBroker();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            shared = broker;
        }
        return broker;
    }

    private String properties(int brokerPort, int controllerPort) {
        return """
                process.roles=broker,controller
                node.id=1
                controller.quorum.voters=1@127.0.0.1:%2$d
                listeners=PLAINTEXT://127.0.0.1:%1$d,CONTROLLER://127.0.0.1:%2$d
                controller.listener.names=CONTROLLER
                log.dirs=%3$s
                auto.create.topics.enable=false
                offsets.topic.num.partitions=1
                offsets.topic.replication.factor=1
                transaction.state.log.num.partitions=1
                transaction.state.log.replication.factor=1
                transaction.state.log.min.isr=1
                group.initial.rebalance.delay.ms=0
                group.min.session.timeout.ms=100
                num.network.threads=1
                num.io.threads=2
                log.cleaner.enable=false
                """.formatted(brokerPort, controllerPort, directory.resolve("data"));
    }

    private Process run(String main, String... arguments) throws IOException {
        var command = new ArrayList<>(List.of(ProcessHandle.current().info().command().orElseThrow(), "-Xmx320m",
                "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Droot.level=WARN", "-cp",
                System.getProperty("java.class.path"), main));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(directory.resolve("server.log").toFile())).start();
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private void awaitReady() {
        Await.until("Kafka answers on " + port, LIMIT, () -> {
            if (!process.isAlive()) {
                throw new AssertionError("Kafka ended: " + log());
            }
            try {
                return !admin.describeCluster().nodes().get(1, TimeUnit.SECONDS).isEmpty();
            } catch (ExecutionException | TimeoutException e) {
                return false;
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
    }

    private String log() {
        try {
            return Files.readString(directory.resolve("server.log"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String servers() {
        return "127.0.0.1:" + port;
    }

    Admin admin() {
        return admin;
    }

    void createTopic(String topic, int partitions, Map<String, String> config) {
        get(admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1).configs(config))).all());
        // Which are asked of the leaders: until these know that they lead, a producer has to try again.
        var latest = new HashMap<TopicPartition, OffsetSpec>();
        IntStream.range(0, partitions)
                .forEach(partition -> latest.put(new TopicPartition(topic, partition), OffsetSpec.latest()));
        Await.until("the leaders of " + topic + " answer", LIMIT, () -> isAnswered(admin.listOffsets(latest).all()));
    }

    /** Whether the broker knows what it is asked about: right after it has made a topic it may not. */
    private static boolean isAnswered(KafkaFuture<?> future) {
        try {
            future.get(1, TimeUnit.MINUTES);
            return true;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                return false;
            }
            throw new AssertionError(e);
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    static <T> T get(KafkaFuture<T> future) {
        try {
            return future.get(1, TimeUnit.MINUTES);
        } catch (ExecutionException | InterruptedException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    void kill() {
        process.destroyForcibly().onExit().join();
    }

    void restart() {
        try {
            process = run("kafka.Kafka", properties.toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        awaitReady();
    }

    void freeze() {
        signal("-STOP");
    }

    void thaw() {
        signal("-CONT");
    }

    private void signal(String signal) {
        try {
            new ProcessBuilder("kill", signal, Long.toString(process.pid())).inheritIO().start().onExit().join();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void close() {
        kill();
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted((a, b) -> b.compareTo(a)).forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
