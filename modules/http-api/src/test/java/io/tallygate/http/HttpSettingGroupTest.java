package io.tallygate.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.tallygate.kernel.Settings;
import io.tallygate.kernel.WrongSettingException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class HttpSettingGroupTest {

    private static final String CERTIFICATE = "tallygate.http.tls.certificate";
    private static final String KEY = "tallygate.http.tls.key";

    private final Settings settings = Settings.of(List.of(new HttpSettingGroup()));

    @Test
    void complete_wrongTogether_namesWhatIsMissing() {
        assertWrong(settings, Map.of(CERTIFICATE, "c"), KEY + " is missing: " + CERTIFICATE + " needs it");
        assertWrong(settings, Map.of(KEY, "k"), CERTIFICATE + " is missing: " + KEY + " needs it");
        assertWrong(settings, Map.of("tallygate.host", "0.0.0.0"), "tallygate.host is '0.0.0.0'");
        for (String wrong : List.of("1", "0,1", "1,0", "1,x", "1,2,3")) {
            assertWrong(settings, Map.of("tallygate.http.concurrency-max", wrong),
                    "tallygate.http.concurrency-max is '" + wrong + "', must be two numbers from 1");
        }
        assertThat(complete(settings, Map.of(CERTIFICATE, "c", KEY, "k"))).containsEntry("tallygate.port", "8080");
    }

    @Test
    void complete_inAFunction_listensNowhere() {
        assertThat(complete(settings.ofFunctions(), Map.of())).isEmpty();
        assertThat(complete(settings.ofFunctions(), Map.of("tallygate.http.cors.origins", "*"))).hasSize(1);
    }

    private static Map<String, String> complete(Settings settings, Map<String, String> given) {
        return settings.complete(given, warning -> assertThat(warning).isNull());
    }

    private static void assertWrong(Settings settings, Map<String, String> given, String message) {
        assertThatExceptionOfType(WrongSettingException.class).isThrownBy(() -> complete(settings, given))
                .withMessageStartingWith(message);
    }
}
