package io.tallygate.functions.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tallygate.kernel.Settings;
import io.tallygate.kernel.WrongSettingException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FunctionSettingsTest {

    @Test
    void read_withoutAStore_saysWhyItNeedsOne() {
        assertThatThrownBy(() -> read(Map.of())).isInstanceOf(WrongSettingException.class)
                .hasMessageContaining("tallygate.store is 'sqlite'").hasMessageContaining("redis or postgresql");
    }

    @ParameterizedTest
    @ValueSource(strings = {"sqlite", "mongo", "REDIS"})
    void read_ofAnotherStore_isRefused(String store) {
        assertThatThrownBy(() -> read(Map.of("TALLYGATE_STORE", store)))
                .isInstanceOf(WrongSettingException.class).hasMessageContaining("'" + store + "'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"TALLYGATE_PORT", "TALLYGATE_DATA_DIR", "TALLYGATE_CACHE_TTL", "TALLYGATE_REDIS_URL"})
    void read_ofWhatIsNoSettingOfAFunction_isRefused(String variable) {
        assertThatThrownBy(() -> read(Map.of("TALLYGATE_STORE", "redis", variable, "1")))
                .isInstanceOf(WrongSettingException.class).hasMessageContaining(variable)
                .hasMessageContaining("TALLYGATE_REDIS_URI");
    }

    @Test
    void read_ofVariables_knowsWhichUnderscoreIsAHyphen() {
        assertThat(read(Map.of("TALLYGATE_STORE", "redis", "TALLYGATE_COMMIT_BATCH_MAX", "7",
                "TALLYGATE_TOKENS_MY_SHOP_SHA256", "ab".repeat(32), "TALLYGATE_TOKENS_MY_SHOP_SCOPES", "read")))
                .containsEntry("tallygate.store", "redis").containsEntry("tallygate.commit.batch-max", "7")
                .containsEntry("tallygate.tokens.my-shop.sha256", "ab".repeat(32))
                .containsEntry("tallygate.tokens.my-shop.scopes", "read");
    }

    @Test
    void read_always_remembersNothingBetweenInvocations() {
        assertThat(read(Map.of("TALLYGATE_STORE", "redis", "PATH", "/bin", "TALLYGATE_REDIS_URI", "")))
                .containsEntry("tallygate.counter.cache.entries-max", "0")
                .containsEntry("tallygate.leaderboard.all-refresh", "0s")
                .containsEntry("tallygate.redis.uri", "redis://127.0.0.1:6379");
    }

    @Test
    void read_always_hasTheDefaultsThatFunctionsHave() {
        assertThat(read(Map.of("TALLYGATE_STORE", "redis"))).containsEntry("tallygate.postgresql.pool-size", "2")
                .containsEntry("tallygate.commit.timeout", "2s");
    }

    @Test
    void read_ofAWrongValue_namesTheSettingAndTheRule() {
        assertThatThrownBy(() -> read(Map.of("TALLYGATE_STORE", "redis", "TALLYGATE_REDIS_PARTITIONS", "none")))
                .isInstanceOf(WrongSettingException.class)
                .hasMessage("tallygate.redis.partitions is 'none', must be an integer from 1 to 1024");
        assertThatThrownBy(() -> read(Map.of("TALLYGATE_STORE", "postgresql")))
                .hasMessageStartingWith("tallygate.postgresql.url is missing");
    }

    private static Map<String, Object> read(Map<String, String> environment) {
        return FunctionSettings.read(Settings.load(), environment).values();
    }
}
