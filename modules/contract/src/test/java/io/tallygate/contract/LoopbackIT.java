package io.tallygate.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.URI;
import java.util.Optional;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A program without tokens, which listens on any address that only its own machine reaches. */
@OwnDeployment
@OneDeploymentIsEnough
@StoreDoesNotMatter
@Timeout(120)
class LoopbackIT {

    @ParameterizedTest
    @ValueSource(strings = {"::1", "127.0.0.2"})
    void everyLoopbackAddressWillDo(String address) throws Exception {
        InetAddress host = InetAddress.getByName(address);
        assumeThat(address.equals("::1") ? NetworkInterface.getByInetAddress(host) : host)
                .as("this machine's %s", address).isNotNull();
        try (var program = new MonolithProcess(Deployments.jar(), Launch.defaults().with("TALLYGATE_HOST", address))) {
            program.launch();
            URI baseUrl = new URI("http", null, address, program.port(), null, null, null);
            Readiness.await(baseUrl, Launch.START_DEADLINE, Optional::empty);

            assertThat(new Api(baseUrl).increment(new Counter("item", "likes"), 2)).isEqualTo(2);
            assertThat(program.log()).contains(baseUrl.toString(), "listening on loopback only");
        }
    }
}
