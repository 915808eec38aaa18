package io.tallygate.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a gateway writes down that cannot find its services: a line or two in its own format, however many channels it has. */
@OneDeploymentIsEnough
@StoreDoesNotMatter
class GatewayLogIT {

    private static final String JAR = "app-split/gateway/target/tallygate-gateway.jar";
    private static final String HOST = "nobody.invalid";
    private static final String LINE = "\\d{4}-\\d\\d-\\d\\dT\\S+ (WARN|INFO) .*";

    @Test
    void aHostThatHasNoAddressIsToldOnceAndNotByEachChannel() {
        int port = FreePorts.next();
        try (var gateway = new JarProcess(Deployments.root().resolve(JAR))) {
            gateway.launch(Launch.defaults().port(port).with("TALLYGATE_SERVICES_COUNTER_ADDRESSES", HOST + ":9090")
                    .environment());
            var api = new Api(URI.create("http://127.0.0.1:" + port));
            Await.until(Launch.START_DEADLINE, "it says that it is not ready", () -> Readiness.isDenied(api));
            Await.until(Launch.START_DEADLINE, "it says why", () -> gateway.log().contains(HOST));
            // Each channel has found out by then.
            for (int i = 0; i < 50; i++) {
                assertThat(Readiness.isDenied(api)).isTrue();
            }
            List<String> lines = gateway.log().lines().filter(line -> line.contains(HOST)).toList();
            assertThat(lines).hasSizeLessThanOrEqualTo(2).allMatch(line -> line.matches(LINE));
            assertThat(gateway.log()).doesNotContain("io.grpc.internal");
        }
    }
}
