package io.tallygate.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.micronaut.context.ApplicationContext;
import io.tallygate.kernel.Settings;
import io.tallygate.kernel.WrongSettingException;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class EnvoyPortsTest {

    private static final String PORTS = "tallygate.ratelimit.envoy.ports";
    private static final String ANONYMOUS = "tallygate.ratelimit.envoy.anonymous";

    @Test
    void parse_oneOrTwoPorts_areThose() {
        assertThat(EnvoyPorts.parse("8081")).contains(new EnvoyPorts(8081, OptionalInt.empty(), false));
        assertThat(EnvoyPorts.parse("8081,0")).contains(new EnvoyPorts(8081, OptionalInt.of(0), false));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "8081,", ",8080", "8081,8080,1", "65536", "8081,65536", "-1"})
    void parse_anythingElse_isNothing(String text) {
        assertThat(EnvoyPorts.parse(text)).isEmpty();
    }

    @Test
    void ports_configured_areABeanThatSaysWhetherAnyoneMayCall() {
        try (var none = ApplicationContext.run();
                var some = ApplicationContext.run(Map.<String, Object>of(PORTS, "8081", ANONYMOUS, "true"))) {
            assertThat(none.containsBean(EnvoyPorts.class)).isFalse();
            assertThat(some.getBean(EnvoyPorts.class)).isEqualTo(new EnvoyPorts(8081, OptionalInt.empty(), true));
        }
    }

    @Test
    void anonymous_withoutPortsOfTheirOwn_isRefused() {
        Settings settings = Settings.of(List.of(new RateLimitSettingGroup()));

        assertThatExceptionOfType(WrongSettingException.class)
                .isThrownBy(() -> settings.complete(Map.of(ANONYMOUS, "true"), _ -> {}))
                .withMessageStartingWith(PORTS + " is missing");
        assertThat(settings.complete(Map.of(ANONYMOUS, "true", PORTS, "8081"), _ -> {})).containsKey(PORTS);
    }
}
