package io.tallygate.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** How a deployment starts, and how it refuses to. */
@OwnDeployment
@StoreDoesNotMatter
@Timeout(120)
@SkipOn(deployment = {Deployments.FUNCTIONS, Deployments.SPLIT,
        Deployments.SPLIT_THROUGH_CONSUL},
        because = "the start of one program with a port and a disk; FunctionsHttpIT has what a function refuses, and the parts of the split start as the monolith does")
@OverHttpOnly(because = "the same program starts the same way, whoever asks it later")
class StartIT {

    private static final Duration REFUSAL = Duration.ofSeconds(30);
    private static final String SECRET_HASH = Launch.sha256("secret");

    static Stream<Arguments> wrongSettings() {
        return Stream.of(wrong(Launch.PORT, "abc"), wrong(Launch.PORT, "70000"), wrong(Launch.PORT, "-2"),
                wrong(Launch.STORE, "mongo"), wrong(Launch.COMMIT_TIMEOUT, "soon"), wrong(Launch.COMMIT_TIMEOUT, "-1s"),
                Arguments.of(Launch.STORE, "postgresql", "tallygate.postgresql.url", Launch.defaults()),
                Arguments.of(Launch.tokenHash("a"), "zz", "tallygate.tokens.a.sha256",
                        Launch.defaults().with(Launch.tokenScopes("a"), "read")),
                Arguments.of(Launch.tokenHash("a"), SECRET_HASH.substring(1), "tallygate.tokens.a.sha256",
                        Launch.defaults().with(Launch.tokenScopes("a"), "read")),
                Arguments.of(Launch.tokenScopes("a"), "read,fly", "tallygate.tokens.a.scopes",
                        Launch.defaults().with(Launch.tokenHash("a"), SECRET_HASH)));
    }

    private static Arguments wrong(String name, String value) {
        return Arguments.of(name, value, name.toLowerCase(Locale.ROOT).replace('_', '.'), Launch.defaults());
    }

    @ParameterizedTest(name = "{0}={1}")
    @MethodSource("wrongSettings")
    void aWrongSettingStopsTheStartWithOneLineThatNamesIt(String name, String value, String setting, Launch others) {
        try (var deployment = new MonolithProcess(Deployments.jar(), others.with(name, value))) {
            deployment.launch();
            assertThat(deployment.awaitExit(REFUSAL)).as("exit code").isNotZero();
            assertOneLineNames(deployment.log(), setting);
        }
    }

    @Test
    void aPortThatIsTakenStopsTheStartWithOneLineThatNamesIt() throws IOException {
        try (var taken = new ServerSocket(FreePorts.next(), 1, InetAddress.getLoopbackAddress());
                var deployment = new MonolithProcess(Deployments.jar(), Launch.defaults().port(taken.getLocalPort()))) {
            deployment.launch();
            assertThat(deployment.awaitExit(REFUSAL)).as("exit code").isNotZero();
            assertOneLineNames(deployment.log(), Integer.toString(taken.getLocalPort()));
        }
    }

    @Test
    void aGrpcPortThatIsTakenStopsTheStartWithOneLineThatNamesIt() throws IOException {
        try (var taken = new ServerSocket(FreePorts.next(), 1, InetAddress.getLoopbackAddress());
                var deployment = new MonolithProcess(Deployments.jar(),
                        Launch.defaults().grpcPort(taken.getLocalPort()))) {
            deployment.launch();
            assertThat(deployment.awaitExit(REFUSAL)).as("exit code").isNotZero();
            assertOneLineNames(deployment.log(), "tallygate.grpc.port");
            assertOneLineNames(deployment.log(), Integer.toString(taken.getLocalPort()));
        }
    }

    @Test
    void aDataDirectoryThatIsAFileStopsTheStartWithOneLineThatNamesIt() throws IOException {
        Path file = Files.createTempFile("tallygate-contract-", ".txt");
        try (var deployment = new MonolithProcess(Deployments.jar(), Launch.defaults().dataDir(file))) {
            deployment.launch();
            assertThat(deployment.awaitExit(REFUSAL)).as("exit code").isNotZero();
            assertOneLineNames(deployment.log(), "tallygate.data.dir");
        } finally {
            Files.delete(file);
        }
    }

    @Test
    void aDataDirectoryThatAnotherProcessUsesStopsTheStart() {
        try (var first = new MonolithProcess(Deployments.jar(), Launch.defaults())) {
            first.start();
            Counter counter = new Counter("item", "likes");
            CounterApi.at(first.baseUrl()).increment(counter, 1);
            try (var second = new MonolithProcess(Deployments.jar(), Launch.defaults().dataDir(first.dataDir()))) {
                second.launch();
                assertThat(second.awaitExit(REFUSAL)).as("exit code").isNotZero();
            }
            assertThat(CounterApi.at(first.baseUrl()).increment(counter, 1)).as("the first goes on").isEqualTo(2);
        }
    }

    @Test
    void aProcessThatIsReadyHasInItsCachesWhatAFileNames() throws IOException {
        List<String> names = IntStream.range(0, 100).mapToObj(i -> "plan-" + i).toList();
        Path keys = Files.write(Files.createTempFile("tallygate-contract-", ".txt"), names);
        Path plans = Files.write(Files.createTempFile("tallygate-contract-", ".yml"),
                Stream.concat(Stream.of("plans:"), names.stream().map(
                        name -> "  " + name + ": {limits: [{quota_type: api_calls, limit: 1, per: month}]}")).toList());
        try (var deployment = new MonolithProcess(Deployments.jar(),
                Launch.defaults().with("TALLYGATE_QUOTA_PLANS", plans.toString())
                        .with("TALLYGATE_MULTICACHE_QUOTA_PLANS_WARM_FILE", keys.toString())
                        .with("TALLYGATE_MULTICACHE_QUOTA_PLANS_WARM_RATE", "50")
                        .with("TALLYGATE_MULTICACHE_QUOTA_PLANS_HARD_TIMEOUT", "30s")
                        .with("TALLYGATE_MULTICACHE_WARM_WAIT", "100s"))) {
            deployment.start();
            var api = new Api(deployment.baseUrl());
            JsonNode cache = api.get("/api/v1/cache/quota-plans").json();
            assertThat(cache.path("entries").asInt()).isEqualTo(100);
            assertThat(cache.path("warm_up_left").asInt(-1)).isZero();
            assertThat(api.get("/health").json().at("/details/cache-warm-up/quota-plans").asText())
                    .startsWith("100 loaded, 0 failed, ");
        } finally {
            Files.delete(keys);
            Files.delete(plans);
        }
    }

    @Test
    void withoutTokensItListensOnLoopbackOnlyAndSaysSo() throws IOException {
        try (var deployment = new MonolithProcess(Deployments.jar(), Launch.defaults())) {
            deployment.start();
            assertThat(deployment.log()).containsIgnoringCase("loopback").containsIgnoringCase("token");
            List<InetAddress> outside = addressesOutsideLoopback();
            Assumptions.assumeThat(outside).as("addresses of this machine besides loopback").isNotEmpty();
            for (InetAddress address : outside) {
                assertThat(accepts(address, deployment.port())).as("a connection to %s", address).isFalse();
            }
        }
    }

    @Test
    void everythingItWritesIsInItsDataDirectory() throws IOException {
        try (var deployment = new MonolithProcess(Deployments.jar(), Launch.defaults())) {
            deployment.start();
            CounterApi.at(deployment.baseUrl()).increment(new Counter("item", "likes"), 1);
            try (var files = Files.list(deployment.dataDir().getParent())) {
                assertThat(files.map(file -> file.getFileName().toString()).toList())
                        .containsExactlyInAnyOrder("data", "console.log");
            }
            try (var files = Files.list(deployment.dataDir())) {
                assertThat(files).isNotEmpty();
            }
        }
    }

    @Test
    void aStartLeavesNoWarningAndNoStackTraceInTheLog() {
        try (var deployment = new MonolithProcess(Deployments.jar(), Launch.defaults())) {
            deployment.start();
            CounterApi.at(deployment.baseUrl()).increment(new Counter("item", "likes"), 1);
            deployment.requestStop();
            deployment.awaitExit(Launch.STOP_DEADLINE);
            assertThat(deployment.log().lines().filter(line -> line.startsWith("\tat ") || line.contains(" ERROR ")
                    || line.startsWith("WARNING:") || line.contains("Exception"))).isEmpty();
        }
    }

    /** A setting may be named as in a file or as in the environment. */
    private static void assertOneLineNames(String log, String setting) {
        String wanted = normal(setting);
        assertThat(log.lines().filter(line -> normal(line).contains(wanted)))
                .as("lines that name %s in:%n%s", setting, log)
                .hasSize(1);
        assertThat(log).as("no stack trace").doesNotContain("\tat ").doesNotContain("Caused by");
    }

    private static String normal(String text) {
        return text.toLowerCase(Locale.ROOT).replaceAll("[_-]", ".");
    }

    private static List<InetAddress> addressesOutsideLoopback() throws IOException {
        return NetworkInterface.networkInterfaces().flatMap(NetworkInterface::inetAddresses)
                .filter(address -> !address.isLoopbackAddress() && !address.isLinkLocalAddress()).toList();
    }

    private static boolean accepts(InetAddress address, int port) {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(address, port), 2_000);
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
