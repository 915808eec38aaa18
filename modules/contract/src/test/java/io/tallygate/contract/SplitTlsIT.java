package io.tallygate.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** A gateway that reaches its services over TLS, through Consul too, whose checks are over TLS then. */
@OwnDeployment
@SplitOnly
class SplitTlsIT extends Suite {

    private static final Path DIRECTORY = TemporaryDirectories.create("tls");

    @Override
    Launch launch() {
        Certificates certificates = Certificates.in(DIRECTORY);
        return Launch.patient().with("TALLYGATE_GRPC_TLS_CERTIFICATE", certificates.certificateFile().toString())
                .with("TALLYGATE_GRPC_TLS_KEY", certificates.keyFile().toString())
                .with("TALLYGATE_SERVICES_TLS_CA", certificates.authorityFile().toString());
    }

    @AfterAll
    static void deleteFiles() {
        TemporaryDirectories.delete(DIRECTORY);
    }

    @Test
    void whatIsWrittenThroughTheGatewayIsRead() {
        Counter counter = freshCounter();

        assertThat(counterApi.increment(counter, 5)).isEqualTo(5);
        assertThat(counterApi.value(counter)).isEqualTo(5);
        assertThat(deployment.log()).contains(", TLS");
    }
}
