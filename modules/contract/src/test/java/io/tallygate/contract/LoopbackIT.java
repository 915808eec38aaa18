package io.tallygate.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A program without tokens, which listens on any address that only its own machine reaches. */
@OwnDeployment
@OneDeploymentIsEnough
@StoreDoesNotMatter
@Timeout(120)
class LoopbackIT {

    @Test
    void bothAddressesOfLocalhostAreListenedOn() throws Exception {
        assumeThat(NetworkInterface.getByInetAddress(InetAddress.ofLiteral("::1"))).as("this machine's ::1")
                .isNotNull();
        try (var program = new MonolithProcess(Deployments.jar(), Launch.defaults())) {
            program.launch();
            for (String address : List.of("127.0.0.1", "::1")) {
                URI baseUrl = new URI("http", null, address, program.port(), null, null, null);
                Readiness.await(baseUrl, Launch.START_DEADLINE, Optional::empty);
                CounterApi.at(baseUrl).increment(new Counter("both", "likes"), 1);
            }
            assertThat(CounterApi.at(new URI("http", null, "::1", program.port(), null, null, null))
                    .value(new Counter("both", "likes"))).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"::1", "127.0.0.2"})
    void everyLoopbackAddressWillDo(String address) throws Exception {
        InetAddress host = InetAddress.ofLiteral(address);
        assumeThat(address.equals("::1") ? NetworkInterface.getByInetAddress(host) : host)
                .as("this machine's %s", address).isNotNull();
        try (var program = new MonolithProcess(Deployments.jar(), Launch.defaults().with("TALLYGATE_HOST", address))) {
            program.launch();
            URI baseUrl = new URI("http", null, address, program.port(), null, null, null);
            Readiness.await(baseUrl, Launch.START_DEADLINE, Optional::empty);

            assertThat(CounterApi.at(baseUrl).increment(new Counter("item", "likes"), 2)).isEqualTo(2);
            assertThat(program.log()).contains(baseUrl.toString(), "listening on loopback only");
        }
    }
}
