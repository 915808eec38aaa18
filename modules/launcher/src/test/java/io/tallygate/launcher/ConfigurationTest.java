package io.tallygate.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ConfigurationTest {

    @TempDir
    private Path directory;

    @Test
    void read_nothingGiven_hasEveryDefault() {
        Configuration configuration = ConfigurationReader.read(Programs.ALL, Map.of(), Map.of(), null);

        assertThat(Programs.ALL.settings()).filteredOn(setting -> !setting.defaultValue().isEmpty()).allSatisfy(
                setting -> assertThat(configuration.get(setting.name())).isEqualTo(setting.defaultValue()));
        assertThat(configuration.duration("tallygate.commit.timeout")).isEqualTo(Duration.ofSeconds(2));
        assertThat(configuration.hasTokens()).isFalse();
    }

    @Test
    void defaults_ofEverySetting_obeyItsOwnRule() {
        assertThat(Programs.ALL.settings()).filteredOn(setting -> !setting.defaultValue().isEmpty())
                .allSatisfy(setting -> setting.check(setting.defaultValue()));
    }

    @Test
    void settings_always_haveDistinctNamesInEverySpelling() {
        assertThat(Programs.ALL.settings()).extracting(Setting::name).doesNotHaveDuplicates();
        assertThat(Programs.ALL.settings()).extracting(Setting::environmentName).doesNotHaveDuplicates();
        assertThat(Programs.ALL.settings()).extracting(Setting::option).doesNotHaveDuplicates();
    }

    @Test
    void read_ofOneService_isASettingOfItsOwnWithTheRuleOfAll() {
        Configuration configuration = ConfigurationReader.read(Programs.GATEWAY, Map.of(),
                Map.of("TALLYGATE_SERVICES_COUNTER_ADDRESSES", "10.0.0.7:9090", "TALLYGATE_SERVICES_COUNTER_TIMEOUT",
                        "3s"),
                null);

        assertThat(configuration.get("tallygate.services.timeout")).isEqualTo("1s");
        assertThat(configuration.get("tallygate.services.counter.timeout")).isEqualTo("3s");
        assertThat(configuration.settings()).doesNotContainKey("tallygate.services.counter.policy");
        assertWrongService(Map.of("tallygate.services.counter.policy", "random"),
                "tallygate.services.counter.policy is 'random'");
        assertWrongService(Map.of("tallygate.services.conter.policy", "latency"), "is not a setting");
    }

    @Test
    void read_ofOneServiceWithoutWhatItNeeds_namesIt() {
        Map<String, String> addresses = Map.of("tallygate.services.counter.addresses", "10.0.0.7:9090");
        assertWrongService(Map.of("tallygate.services.counter.timeout", "3s"),
                "tallygate.services.counter.addresses is missing");
        assertWrongService(with(addresses, "tallygate.services.counter.tls.server-name", "a"),
                "tallygate.services.tls.ca is missing");
        assertWrongService(with(addresses, "tallygate.services.tls.certificate", "a"),
                "tallygate.services.tls.key is missing");
        ConfigurationReader.read(Programs.GATEWAY, with(with(addresses, "tallygate.services.tls.server-name", "a"),
                "tallygate.services.counter.tls.ca", "b"), Map.of(), null);
    }

    private static Map<String, String> with(Map<String, String> settings, String name, String value) {
        var all = new HashMap<>(settings);
        all.put(name, value);
        return all;
    }

    private static void assertWrongService(Map<String, String> settings, String problem) {
        assertThatExceptionOfType(WrongSettingException.class)
                .isThrownBy(() -> ConfigurationReader.read(Programs.GATEWAY, settings, Map.of(), null))
                .withMessageContaining(problem);
    }

    @Test
    void read_givenInSeveralPlaces_commandLineWinsOverEnvironmentOverFile() throws IOException {
        Path file = Files.writeString(directory.resolve("own.properties"), """
                tallygate.port=1
                tallygate.cache.ttl=1s
                tallygate.accept.linger=1ms
                micronaut.server.netty.max-header-size=16KB
                """);

        Configuration configuration = ConfigurationReader.read(Programs.ALL, Map.of("tallygate.port", "3"),
                Map.of("TALLYGATE_PORT", "2", "TALLYGATE_CACHE_TTL", "2s", "PATH", "/bin"), file);

        assertThat(configuration.get("tallygate.port")).isEqualTo("3");
        assertThat(configuration.get("tallygate.cache.ttl")).isEqualTo("2s");
        assertThat(configuration.get("tallygate.accept.linger")).isEqualTo("1ms");
        assertThat(configuration.framework()).containsOnlyKeys("micronaut.server.netty.max-header-size");
    }

    @Test
    void read_tokensInYaml_acceptsListsOfScopes() throws IOException {
        Path file = Files.writeString(directory.resolve("own.yml"), """
                tallygate:
                  host: 0.0.0.0
                  tokens:
                    shop-1:
                      sha256: %s
                      scopes: [read, write]
                """.formatted("a".repeat(64)));

        Configuration configuration = ConfigurationReader.read(Programs.ALL, Map.of(), Map.of(), file);

        assertThat(configuration.hasTokens()).isTrue();
        assertThat(configuration.get("tallygate.tokens.shop-1.scopes")).isEqualTo("read,write");
    }

    @Test
    void read_tokensInEnvironment_haveLowerCaseNamesWithHyphens() {
        Configuration configuration = ConfigurationReader.read(Programs.ALL, Map.of(),
                Map.of("TALLYGATE_TOKENS_SHOP_1_SHA256",
                        "a".repeat(64), "TALLYGATE_TOKENS_SHOP_1_SCOPES", "read, admin"),
                null);

        assertThat(configuration.get("tallygate.tokens.shop-1.scopes")).isEqualTo("read, admin");
    }

    @Test
    void read_variablesThatKubernetesSetsForAServiceNamedTallygate_areIgnored() {
        Configuration configuration = ConfigurationReader.read(Programs.ALL, Map.of(), Map.of("TALLYGATE_PORT",
                "tcp://10.0.0.1:80", "TALLYGATE_SERVICE_HOST", "10.0.0.1", "TALLYGATE_SERVICE_PORT_HTTP", "80",
                "TALLYGATE_PORT_80_TCP_ADDR", "10.0.0.1", "TALLYGATE_PORT_80_TCP", "tcp://10.0.0.1:80"), null);

        assertThat(configuration.get("tallygate.port")).isEqualTo("8080");
    }

    @Test
    void read_emptyVariable_countsAsAbsent() {
        assertThat(ConfigurationReader.read(Programs.ALL, Map.of(), Map.of("TALLYGATE_PORT", ""), null)
                .get("tallygate.port"))
                .isEqualTo("8080");
    }

    @Test
    void of_everyLoopbackAddressWithoutTokens_isAllowed() {
        for (String host : List.of("127.0.0.1", "127.8.9.1", "::1", "[::1]", "localhost")) {
            assertThat(Configuration.of(Programs.ALL, Map.of("tallygate.host", host), Map.of()).get("tallygate.host"))
                    .isEqualTo(host);
        }
    }

    @Test
    void of_grpcHostThatOthersReach_isAllowedWhereClientsNeedACertificate() {
        var given = new HashMap<>(Map.of("tallygate.grpc.host", "0.0.0.0", "tallygate.grpc.tls.certificate", "c",
                "tallygate.grpc.tls.key", "k"));
        assertThatExceptionOfType(WrongSettingException.class)
                .isThrownBy(() -> Configuration.of(Programs.ALL, given, Map.of()))
                .withMessageStartingWith("tallygate.grpc.host is '0.0.0.0'");

        given.put("tallygate.grpc.tls.client-ca", "a");
        assertThat(Configuration.of(Programs.ALL, given, Map.of()).hasTokens()).isFalse();
    }

    @Test
    void distance_ofWords_isLevenshteins() {
        assertThat(UnknownSettings.distance("kitten", "sitting")).isEqualTo(3);
        assertThat(UnknownSettings.distance("", "abc")).isEqualTo(3);
        assertThat(UnknownSettings.distance("same", "same")).isZero();
    }
}
