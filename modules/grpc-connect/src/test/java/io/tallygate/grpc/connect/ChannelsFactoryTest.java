package io.tallygate.grpc.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micronaut.context.ApplicationContext;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ChannelsFactoryTest {

    private static ApplicationContext start(String... settings) {
        Map<String, Object> properties = new HashMap<>();
        for (int i = 0; i < settings.length; i += 2) {
            properties.put(settings[i], settings[i + 1]);
        }
        return ApplicationContext.run(properties);
    }

    @Test
    void context_addresses_knowsThem() {
        try (var context = start("tallygate.services.counter.addresses", "127.0.0.1:1, [::1]:2")) {
            assertThat(context.getBean(Channels.class).instances())
                    .containsExactly(new Instance("127.0.0.1", 1, 1), new Instance("::1", 2, 1));
        }
    }

    @Test
    void context_onlyOtherSettingsOfAService_namesTheMissingOnes() {
        try (var context = start("tallygate.services.counter.timeout", "1s")) {
            assertThatThrownBy(() -> context.getBean(Channels.class)).hasMessageContaining(
                    "tallygate.services.counter.addresses is missing").hasMessageContaining(
                            "tallygate.services.counter.consul");
        }
    }

    @Test
    void settings_withAToken_doNotShowIt() {
        var settings = ConnectSettings.of(new Target.Fixed(List.of(new Instance("127.0.0.1", 1, 1))));
        assertThat(settings).hasToString("ConnectSettings[Fixed[instances=[Instance[host=127.0.0.1, port=1, weight=1]]]"
                + ", ROUND_ROBIN, channels=20, keepAlive=PT30S, connectTimeout=PT5S, token=none]");
        assertThat(new ConnectSettings(settings.target(), settings.policy(), 1, settings.keepAlive(),
                settings.connectTimeout(), Optional.of("s3cret"))).asString().contains("token=***");
    }

    @Test
    void target_withAToken_doesNotShowIt() {
        assertThat(new Target.Consul(URI.create("http://a:1"), "counter").withToken("s3cret"))
                .hasToString("Consul[http://a:1, token=***, counter]");
    }

    @Test
    void context_noTarget_hasNoChannels() {
        try (var context = start()) {
            assertThat(context.containsBean(Channels.class)).isFalse();
        }
    }

    @ParameterizedTest
    @CsvSource({
            "tallygate.services.counter.addresses, 127.0.0.1",
            "tallygate.services.counter.addresses, 127.0.0.1:70000",
            "tallygate.services.counter.addresses, a:1;b:2",
            "tallygate.services.policy, random",
            "tallygate.services.counter.policy, random",
            "tallygate.services.channels, 0",
            "tallygate.services.keep-alive, 1s",
            "tallygate.services.connect-timeout, 0s"})
    void context_invalid_namesTheSetting(String setting, String value) {
        try (var context = start("tallygate.services.counter.addresses", "127.0.0.1:1", setting, value)) {
            assertThatThrownBy(() -> context.getBean(Channels.class)).hasMessageContaining(setting);
        }
    }

    @ParameterizedTest
    @CsvSource({
            "tallygate.services.counter.consul, a/b",
            "tallygate.consul.token, a b",
            "tallygate.consul.address, 127.0.0.1:8500"})
    void context_invalidConsul_namesTheSetting(String setting, String value) {
        try (var context = start("tallygate.services.counter.consul", "counter", setting, value)) {
            assertThatThrownBy(() -> context.getBean(Channels.class)).hasMessageContaining(setting);
        }
    }
}
