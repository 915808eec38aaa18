package io.tallygate.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micronaut.context.ApplicationContext;
import io.micronaut.context.exceptions.ConfigurationException;
import io.micronaut.discovery.consul.ConsulConfiguration;
import io.micronaut.discovery.consul.client.v1.ConsulClient;
import io.micronaut.discovery.registration.AutoRegistration;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class DiscoveryFactoryTest {

    private static ApplicationContext start(Map<String, Object> settings) {
        return ApplicationContext.builder().deduceEnvironment(false).banner(false).properties(settings).start();
    }

    @Test
    void settings_none_registersNothing() {
        try (var context = start(Map.of()); var off = start(Map.of("tallygate.consul.register", "false"))) {
            assertThat(context.containsBean(Registration.class)).isFalse();
            assertThat(off.containsBean(Registration.class)).isFalse();
        }
    }

    @Test
    void settings_onlySwitchedOn_hasDefaults() {
        try (var context = start(Map.of("tallygate.consul.register", "true", "grpc.server.host", "10.0.0.7"))) {
            assertThat(context.getBean(RegistrationSettings.class)).isEqualTo(new RegistrationSettings(
                    URI.create("http://127.0.0.1:8500"), Optional.empty(), "tallygate-counter", "10.0.0.7", List.of(),
                    1,
                    Duration.ofSeconds(10)));
        }
    }

    @Test
    void settings_switchedOn_switchOnNothingOfTheLibrarysOwn() {
        try (var context = start(Map.of("tallygate.consul.register", "true"))) {
            assertThat(context.containsBean(Agent.class)).isTrue();
            assertThat(context.containsBean(ConsulClient.class)).isFalse();
            assertThat(context.containsBean(AutoRegistration.class)).isFalse();
            assertThat(context.getBeansOfType(ConsulConfiguration.class)).singleElement()
                    .isInstanceOf(AgentConfiguration.class);
        }
    }

    @Test
    void settings_withAToken_doNotShowIt() {
        try (var context = start(Map.of("tallygate.consul.register", "true", "tallygate.consul.token", "s3cret"))) {
            var settings = context.getBean(RegistrationSettings.class);
            assertThat(settings.token()).contains("s3cret");
            assertThat(settings.toString() + context.getBean(AgentConfiguration.class)).doesNotContain("s3cret");
        }
        assertThatThrownBy(
                () -> start(Map.of("tallygate.consul.register", "true", "tallygate.consul.token", "s3 cret")))
                .satisfies(failure -> assertThat(nearestConfigurationException(failure))
                        .hasMessageStartingWith("tallygate.consul.token is").hasMessageNotContaining("cret"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "tallygate.consul.register|yes",
            "tallygate.consul.address|127.0.0.1:8500",
            "tallygate.consul.address|http://a b",
            "tallygate.consul.address|http://a/b",
            "tallygate.consul.check-interval|10ms",
            "tallygate.consul.check-interval|2h",
            "tallygate.service.name|a/b",
            "tallygate.service.address|0.0.0.0",
            "tallygate.service.address|a/b",
            "tallygate.service.tags|a,,b",
            "tallygate.service.weight|0",
            "tallygate.service.weight|1.5"})
    void settings_wrong_failTheStartAndNameTheSetting(String setting, String value) {
        var all = new HashMap<String, Object>(Map.of("tallygate.consul.register", "true"));
        all.put(setting, value);
        assertThatThrownBy(() -> start(all)).satisfies(
                failure -> assertThat(nearestConfigurationException(failure)).hasMessageStartingWith(setting));
    }

    private static Throwable nearestConfigurationException(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null && !(cause.getClass() == ConfigurationException.class)) {
            cause = cause.getCause();
        }
        return cause;
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "::"})
    void settings_listeningEverywhereWithoutAnAddress_asksForOne(String host) {
        var all = Map.<String, Object>of("tallygate.consul.register", "true", "grpc.server.host", host);
        assertThatThrownBy(() -> start(all)).satisfies(failure -> assertThat(nearestConfigurationException(failure))
                .hasMessageStartingWith("tallygate.service.address is"));
        var named = new HashMap<>(all);
        named.put("tallygate.service.address", "counter-0");
        try (var context = start(named)) {
            assertThat(context.getBean(RegistrationSettings.class).address()).isEqualTo("counter-0");
        }
    }

    @Test
    void service_ofAnIpv6Address_isCheckedInBrackets() {
        var service = Service
                .of(new RegistrationSettings(URI.create("http://a:1"), Optional.empty(), "n", "fd00::1", List.of(), 1,
                        Duration.ofSeconds(1)), 9, false);
        ServiceEntry entry = service.registration();
        assertThat(entry.check().grpc()).isEqualTo("[fd00::1]:9");
        assertThat(entry.entry().address()).isEqualTo("fd00::1");
        assertThat(entry.check().check().getDeregisterCriticalServiceAfter()).isEqualTo("1m");
    }
}
