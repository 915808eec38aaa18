package io.tallygate.functions.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micronaut.context.exceptions.ConfigurationException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FunctionSettingsTest {

    @Test
    void read_withoutAStore_saysWhyItNeedsOne() {
        assertThatThrownBy(() -> FunctionSettings.read(Map.of())).isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("tallygate.store is 'sqlite'").hasMessageContaining("redis or postgresql");
    }

    @ParameterizedTest
    @ValueSource(strings = {"sqlite", "mongo", "REDIS"})
    void read_ofAnotherStore_isRefused(String store) {
        assertThatThrownBy(() -> FunctionSettings.read(Map.of("TALLYGATE_STORE", store)))
                .isInstanceOf(ConfigurationException.class).hasMessageContaining("'" + store + "'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"TALLYGATE_PORT", "TALLYGATE_DATA_DIR", "TALLYGATE_CACHE_TTL", "TALLYGATE_REDIS_URL"})
    void read_ofWhatIsNoSettingOfAFunction_isRefused(String variable) {
        assertThatThrownBy(() -> FunctionSettings.read(Map.of("TALLYGATE_STORE", "redis", variable, "1")))
                .isInstanceOf(ConfigurationException.class).hasMessageContaining(variable)
                .hasMessageContaining("TALLYGATE_REDIS_URI");
    }

    @Test
    void read_ofVariables_knowsWhichUnderscoreIsAHyphen() {
        assertThat(FunctionSettings.read(Map.of("TALLYGATE_STORE", "redis", "TALLYGATE_COMMIT_BATCH_MAX", "7",
                "TALLYGATE_TOKENS_MY_SHOP_SHA256", "ab", "TALLYGATE_TOKENS_MY_SHOP_SCOPES", "read")))
                .containsEntry("tallygate.store", "redis").containsEntry("tallygate.commit.batch-max", "7")
                .containsEntry("tallygate.tokens.my-shop.sha256", "ab")
                .containsEntry("tallygate.tokens.my-shop.scopes", "read");
    }

    @Test
    void read_always_remembersNothingBetweenInvocations() {
        assertThat(
                FunctionSettings.read(Map.of("TALLYGATE_STORE", "postgresql", "PATH", "/bin", "TALLYGATE_ACCESS", "")))
                .containsEntry("tallygate.cache.entries-max", "0").containsEntry("tallygate.leaderboard.windows", "all")
                .containsEntry("tallygate.leaderboard.all-refresh", "0s").doesNotContainKey("tallygate.access");
    }
}
