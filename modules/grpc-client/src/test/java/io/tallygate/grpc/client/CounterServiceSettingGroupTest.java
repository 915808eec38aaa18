package io.tallygate.grpc.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.tallygate.grpc.connect.ServicesSettingGroup;
import io.tallygate.kernel.Settings;
import io.tallygate.kernel.WrongSettingException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class CounterServiceSettingGroupTest {

    private static final Map<String, String> ADDRESSES = Map.of("tallygate.services.counter.addresses",
            "10.0.0.7:9090");

    private final Settings settings = Settings
            .of(List.of(new ServicesSettingGroup(), new CounterServiceSettingGroup()));

    @Test
    void complete_ofOneService_isASettingOfItsOwnWithTheRuleOfAll() {
        Map<String, String> values = complete(with("tallygate.services.counter.timeout", "3s"));

        assertThat(values).containsEntry("tallygate.services.timeout", "1s")
                .containsEntry("tallygate.services.counter.timeout", "3s")
                .doesNotContainKey("tallygate.services.counter.policy");
        assertThat(settings.nameOfVariable("TALLYGATE_SERVICES_COUNTER_LANES"))
                .contains("tallygate.services.counter.lanes");
        assertWrong(Map.of("tallygate.services.counter.policy", "random"),
                "tallygate.services.counter.policy is 'random'");
        assertWrong(Map.of("tallygate.services.conter.policy", "latency"), "is not a setting");
    }

    @Test
    void complete_ofOneServiceWithoutWhatItNeeds_namesIt() {
        assertWrong(Map.of("tallygate.services.counter.timeout", "3s"),
                "tallygate.services.counter.addresses is missing");
        assertWrong(with("tallygate.services.counter.tls.server-name", "a"), "tallygate.services.tls.ca is missing");
        assertWrong(with("tallygate.services.tls.certificate", "a"), "tallygate.services.tls.key is missing");
        assertThat(complete(Map.of())).as("of no service").isNotEmpty();
        assertThat(complete(with("tallygate.services.tls.server-name", "a", "tallygate.services.counter.tls.ca", "b")))
                .as("one of all, the other of the service").containsKey("tallygate.services.counter.tls.ca");
    }

    private static Map<String, String> with(String... settings) {
        var all = new HashMap<>(ADDRESSES);
        for (int i = 0; i < settings.length; i += 2) {
            all.put(settings[i], settings[i + 1]);
        }
        return all;
    }

    private Map<String, String> complete(Map<String, String> given) {
        return settings.complete(given, warning -> assertThat(warning).isNull());
    }

    private void assertWrong(Map<String, String> given, String problem) {
        assertThatExceptionOfType(WrongSettingException.class).isThrownBy(() -> complete(given))
                .withMessageContaining(problem);
    }
}
