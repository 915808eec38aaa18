package io.tallygate.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a program does when the machine has no more of something: room on the disk, files that may be open. */
@OwnDeployment
@StoreDoesNotMatter
@OneDeploymentIsEnough
@Timeout(120)
class MachineLimitsIT {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Duration COMMIT_TIMEOUT = Duration.ofSeconds(3);
    private static final int OPEN_FILES_MAX = 200;
    private static final int LARGE_NAME_BYTES = 250;

    private final Counter counter = new Counter("item", "likes");

    @Test
    void aFullDiskAtTheStartLeavesReadsAndWritesGoOnOnceThereIsRoom() {
        try (SmallDisk disk = SmallDisk.mount();
                var deployment = new MonolithProcess(Deployments.jar(),
                        Launch.defaults().dataDir(disk.directory().resolve("data")).commitTimeout(COMMIT_TIMEOUT))) {
            deployment.start();
            var api = new Api(deployment.baseUrl());
            var counterApi = new CounterApi(api);
            counterApi.increment(counter, 7);
            deployment.requestStop();
            deployment.awaitExit(Launch.STOP_DEADLINE);
            disk.fill();

            deployment.launch();
            Await.until(Launch.START_DEADLINE, "health is served",
                    () -> api.tryGet("/health/liveness").filter(answer -> answer.status() == 200).isPresent());
            assertThat(counterApi.value(counter)).isEqualTo(7);
            assertThat(api.post(CounterApi.INCREMENT, Json.increment(counter, 1))).isUnavailable();
            assertThat(Readiness.isDenied(api)).as("not ready before it was so once").isTrue();

            disk.makeRoom();
            Await.until(SOON, "ready once there is room", () -> Readiness.isReady(api));
            assertThat(counterApi.increment(counter, 1)).isBetween(8L, 9L);
            assertThat(deployment.log()).as("no stack trace").doesNotContain("\tat ");
        }
    }

    @Test
    void aDiskThatFillsUpIsToldUntilThereIsRoom() {
        try (SmallDisk disk = SmallDisk.mount();
                var deployment = new MonolithProcess(Deployments.jar(),
                        Launch.defaults().dataDir(disk.directory().resolve("data")).commitTimeout(COMMIT_TIMEOUT))) {
            deployment.start();
            var api = new Api(deployment.baseUrl());
            var counterApi = new CounterApi(api);
            disk.fill();
            Answer last = writeUntilRefused(api);
            assertThat(last).isUnavailable();
            Await.until(SOON, "health tells it", () -> Readiness.isAwayTold(api));
            assertThat(deployment.log()).contains("No space left on device");

            disk.makeRoom();
            Await.until(SOON, "well once there is room", () -> Readiness.isWell(api));
            counterApi.increment(counter, 1);
        }
    }

    /** What a journal has allocated takes some more. */
    private static Answer writeUntilRefused(Api api) {
        for (int round = 0; round < 100; round++) {
            String name = round + "x".repeat(LARGE_NAME_BYTES);
            Answer answer = api.post(CounterApi.BATCH_INCREMENT, Json.batch(IntStream.range(0, 1_000)
                    .mapToObj(i -> Json.increment(new Counter(i + name, "likes"), 1)).toList()));
            if (answer.status() != 200) {
                return answer;
            }
        }
        throw new AssertionError("a full disk took everything");
    }

    @Test
    void aDataDirectoryThatIsDeletedIsToldAndNothingIsAcknowledged() throws IOException {
        try (var deployment = new MonolithProcess(Deployments.jar(),
                Launch.defaults().commitTimeout(COMMIT_TIMEOUT))) {
            deployment.start();
            var api = new Api(deployment.baseUrl());
            var counterApi = new CounterApi(api);
            counterApi.increment(counter, 1);
            delete(deployment.dataDir());

            assertThat(api.post(CounterApi.INCREMENT, Json.increment(counter, 1))).isUnavailable();
            Await.until(SOON, "health tells it", () -> Readiness.isAwayTold(api));
            Await.until(SOON, "the log says why", () -> deployment.log().contains("was deleted or replaced"));
        }
    }

    @Test
    void aDatabaseWithoutItsJournalIsRefusedInOneLine() throws IOException {
        Path copy = TemporaryDirectories.create("copy");
        try (var deployment = new MonolithProcess(Deployments.jar(), Launch.defaults())) {
            deployment.start();
            CounterApi.at(deployment.baseUrl()).increment(counter, 1);
            Files.copy(deployment.dataDir().resolve("tallygate.db"), copy.resolve("tallygate.db"));
            try (var other = new MonolithProcess(Deployments.jar(), Launch.defaults().dataDir(copy))) {
                other.launch();
                assertThat(other.awaitExit(Launch.START_DEADLINE)).as("exit code").isNotZero();
                assertThat(other.log().lines().filter(line -> line.startsWith("tallygate:"))).singleElement().asString()
                        .contains("journal.0 is missing");
                assertThat(other.log()).doesNotContain("Exception", " WARN ", "\tat ");
            }
        } finally {
            TemporaryDirectories.delete(copy);
        }
    }

    @Test
    void tooManyOpenFilesAreOneLineAndNoStackTrace() throws IOException {
        var program = new JarProcess(Deployments.jar(),
                List.of("sh", "-c", "ulimit -n " + OPEN_FILES_MAX + "; exec \"$@\"", "limited"));
        List<Socket> clients = new ArrayList<>();
        try (var deployment = new MonolithProcess(program, Launch.defaults())) {
            deployment.start();
            for (int i = 0; i < OPEN_FILES_MAX; i++) {
                clients.add(new Socket(InetAddress.getLoopbackAddress(), deployment.port()));
                clients.add(new Socket(InetAddress.getLoopbackAddress(), deployment.grpcPort()));
            }
            Await.until(SOON, "the log says so", () -> countRefusals(deployment) > 0);
            // The servers try again each second; what they would write is what is looked for.
            Await.within(Duration.ofSeconds(3), () -> countRefusals(deployment) > 1);
            assertThat(countRefusals(deployment)).isEqualTo(1);
            assertThat(deployment.log()).as("no stack trace").doesNotContain("\tat ");
            for (Socket client : clients) {
                client.close();
            }
            Await.until(SOON, "it accepts again", () -> Readiness.isReady(new Api(deployment.baseUrl())));
        } finally {
            for (Socket client : clients) {
                client.close();
            }
        }
    }

    private static long countRefusals(MonolithProcess deployment) {
        return deployment.log().lines().filter(line -> line.contains("Connections cannot be accepted")).count();
    }

    private static void delete(Path directory) {
        try (var files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
            Files.delete(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
