package io.tallygate.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.tallygate.kernel.Settings;
import io.tallygate.kernel.WrongSettingException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class GrpcSettingGroupTest {

    private static final String CERTIFICATE = "tallygate.grpc.tls.certificate";
    private static final String KEY = "tallygate.grpc.tls.key";
    private static final String CLIENT_CA = "tallygate.grpc.tls.client-ca";

    private final Settings settings = Settings.of(List.of(new GrpcSettingGroup()));

    @Test
    void complete_oneOfTwoFiles_namesTheOther() {
        assertWrong(Map.of(CERTIFICATE, "c"), KEY + " is missing: " + CERTIFICATE + " needs it");
        assertWrong(Map.of(KEY, "k"), CERTIFICATE + " is missing: " + KEY + " needs it");
        assertWrong(Map.of(CLIENT_CA, "a"), CERTIFICATE + " is missing: " + CLIENT_CA + " needs it");
    }

    @Test
    void complete_hostThatOthersReach_isRefusedUnderTheNameThatItWasGivenBy() {
        assertWrong(Map.of("tallygate.host", "0.0.0.0"), "tallygate.host is '0.0.0.0'");
        assertWrong(Map.of("tallygate.grpc.host", "0.0.0.0"), "tallygate.grpc.host is '0.0.0.0'");
    }

    @Test
    void complete_hostThatOthersReach_isAllowedWhereClientsNeedACertificate() {
        for (String host : List.of("tallygate.host", "tallygate.grpc.host")) {
            assertThat(complete(Map.of(host, "0.0.0.0", CERTIFICATE, "c", KEY, "k", CLIENT_CA, "a")))
                    .containsEntry(host, "0.0.0.0");
        }
    }

    private Map<String, String> complete(Map<String, String> given) {
        return settings.complete(given, warning -> assertThat(warning).isNull());
    }

    private void assertWrong(Map<String, String> given, String message) {
        assertThatExceptionOfType(WrongSettingException.class).isThrownBy(() -> complete(given))
                .withMessageStartingWith(message);
    }
}
