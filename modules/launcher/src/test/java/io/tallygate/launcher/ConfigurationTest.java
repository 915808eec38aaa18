package io.tallygate.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.tallygate.kernel.CommonSettings;
import io.tallygate.kernel.WrongSettingException;
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
        Configuration configuration = ConfigurationReader.read(Programs.SETTINGS, Map.of(), Map.of(), null);

        assertThat(Programs.SETTINGS.all()).filteredOn(setting -> setting.defaultValue().isPresent()).isNotEmpty()
                .allSatisfy(setting -> assertThat(configuration.get(setting.name()))
                        .isEqualTo(setting.defaultValue().orElseThrow()));
        assertThat(configuration.get(CommonSettings.SHUTDOWN_TIMEOUT)).isEqualTo(Duration.ofSeconds(30));
        assertThat(configuration.hasTokens()).isFalse();
    }

    @Test
    void settingsOfOthers_thatAreShown_areThere() {
        for (String name : List.of(OtherSettings.PORT, OtherSettings.HTTP_CERTIFICATE, OtherSettings.GRPC_HOST,
                OtherSettings.GRPC_PORT, OtherSettings.GRPC_CLIENT_CA, OtherSettings.SQLITE_SYNCHRONOUS)) {
            assertThat(Programs.SETTINGS.find(name)).as(name).isPresent();
        }
    }

    @Test
    void options_always_haveDistinctNames() {
        assertThat(Programs.SETTINGS.all()).extracting(setting -> Launcher.option(setting.name()))
                .doesNotHaveDuplicates();
    }

    @Test
    void read_givenInSeveralPlaces_commandLineWinsOverEnvironmentOverFile() throws IOException {
        Path file = Files.writeString(directory.resolve("own.properties"), """
                tallygate.port=1
                tallygate.counter.cache.ttl=1s
                tallygate.accept.linger=1ms
                micronaut.server.netty.max-header-size=16KB
                """);

        Configuration configuration = ConfigurationReader.read(Programs.SETTINGS, Map.of("tallygate.port", "3"),
                Map.of("TALLYGATE_PORT", "2", "TALLYGATE_COUNTER_CACHE_TTL", "2s", "PATH", "/bin"), file);

        assertThat(configuration.get("tallygate.port")).isEqualTo("3");
        assertThat(configuration.get("tallygate.counter.cache.ttl")).isEqualTo("2s");
        assertThat(configuration.get("tallygate.accept.linger")).isEqualTo("1ms");
        assertThat(configuration.framework()).containsOnlyKeys("micronaut.server.netty.max-header-size");
    }

    @Test
    void read_formerName_isTheSettingOfTodayAndOneWarning() throws IOException {
        Path file = Files.writeString(directory.resolve("own.properties"), "tallygate.cache.entries-max=5\n");

        Configuration configuration = ConfigurationReader.read(Programs.SETTINGS, Map.of(),
                Map.of("TALLYGATE_CACHE_TTL", "2s"), file);

        assertThat(configuration.get("tallygate.counter.cache.ttl")).isEqualTo("2s");
        assertThat(configuration.get("tallygate.counter.cache.entries-max")).isEqualTo("5");
        assertThat(configuration.values()).doesNotContainKeys("tallygate.cache.ttl", "tallygate.cache.entries-max");
        assertThat(configuration.warnings()).containsExactlyInAnyOrder(
                "tallygate.cache.ttl is the former name of tallygate.counter.cache.ttl, which should be set in its place",
                "tallygate.cache.entries-max is the former name of tallygate.counter.cache.entries-max,"
                        + " which should be set in its place");
    }

    @Test
    void read_formerNameWithAnotherValueThanTheSetting_isRefused() {
        var both = new HashMap<>(Map.of("TALLYGATE_CACHE_TTL", "2s", "TALLYGATE_COUNTER_CACHE_TTL", "3s"));
        assertThatExceptionOfType(WrongSettingException.class)
                .isThrownBy(() -> ConfigurationReader.read(Programs.SETTINGS, Map.of(), both, null))
                .withMessage("tallygate.counter.cache.ttl is '3s', and tallygate.cache.ttl, its former name, is '2s':"
                        + " set the first one alone");

        both.put("TALLYGATE_CACHE_TTL", "3s");
        assertThat(ConfigurationReader.read(Programs.SETTINGS, Map.of(), both, null).warnings()).hasSize(1);
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

        Configuration configuration = ConfigurationReader.read(Programs.SETTINGS, Map.of(), Map.of(), file);

        assertThat(configuration.hasTokens()).isTrue();
        assertThat(configuration.get("tallygate.tokens.shop-1.scopes")).isEqualTo("read,write");
    }

    @Test
    void read_tokensInEnvironment_haveLowerCaseNamesWithHyphens() {
        Configuration configuration = ConfigurationReader.read(Programs.SETTINGS, Map.of(),
                Map.of("TALLYGATE_TOKENS_SHOP_1_SHA256",
                        "a".repeat(64), "TALLYGATE_TOKENS_SHOP_1_SCOPES", "read, admin"),
                null);

        assertThat(configuration.get("tallygate.tokens.shop-1.scopes")).isEqualTo("read, admin");
    }

    @Test
    void read_variablesThatKubernetesSetsForAServiceNamedTallygate_areIgnored() {
        Configuration configuration = ConfigurationReader.read(Programs.SETTINGS, Map.of(), Map.of("TALLYGATE_PORT",
                "tcp://10.0.0.1:80", "TALLYGATE_SERVICE_HOST", "10.0.0.1", "TALLYGATE_SERVICE_PORT_HTTP", "80",
                "TALLYGATE_PORT_80_TCP_ADDR", "10.0.0.1", "TALLYGATE_PORT_80_TCP", "tcp://10.0.0.1:80"), null);

        assertThat(configuration.get("tallygate.port")).isEqualTo("8080");
    }

    @Test
    void read_emptyVariable_countsAsAbsent() {
        assertThat(ConfigurationReader.read(Programs.SETTINGS, Map.of(), Map.of("TALLYGATE_PORT", ""), null)
                .get("tallygate.port"))
                .isEqualTo("8080");
    }

    @Test
    void of_everyLoopbackAddressWithoutTokens_isAllowed() {
        for (String host : List.of("127.0.0.1", "127.8.9.1", "::1", "[::1]", "localhost")) {
            assertThat(
                    Configuration.of(Programs.SETTINGS, Map.of("tallygate.host", host), Map.of()).get("tallygate.host"))
                    .isEqualTo(host);
        }
    }

    @Test
    void of_grpcHostThatOthersReach_isAllowedWhereClientsNeedACertificate() {
        var given = new HashMap<>(Map.of("tallygate.grpc.host", "0.0.0.0", "tallygate.grpc.tls.certificate", "c",
                "tallygate.grpc.tls.key", "k"));
        assertThatExceptionOfType(WrongSettingException.class)
                .isThrownBy(() -> Configuration.of(Programs.SETTINGS, given, Map.of()))
                .withMessageStartingWith("tallygate.grpc.host is '0.0.0.0'");

        given.put("tallygate.grpc.tls.client-ca", "a");
        assertThat(Configuration.of(Programs.SETTINGS, given, Map.of()).hasTokens()).isFalse();
    }

    @Test
    void distance_ofWords_isLevenshteins() {
        assertThat(UnknownSettings.distance("kitten", "sitting")).isEqualTo(3);
        assertThat(UnknownSettings.distance("", "abc")).isEqualTo(3);
        assertThat(UnknownSettings.distance("same", "same")).isZero();
    }
}
