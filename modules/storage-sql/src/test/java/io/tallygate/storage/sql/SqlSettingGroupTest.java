package io.tallygate.storage.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.tallygate.kernel.Settings;
import io.tallygate.kernel.WrongSettingException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class SqlSettingGroupTest {

    private final Settings settings = Settings.of(List.of(new SqlSettingGroup()));

    @Test
    void complete_postgresqlWithoutAUrl_namesIt() {
        assertThatExceptionOfType(WrongSettingException.class)
                .isThrownBy(() -> complete(Map.of("tallygate.store", "postgresql")))
                .withMessageStartingWith("tallygate.postgresql.url is missing: tallygate.store is postgresql");
        assertThat(complete(Map.of("tallygate.store", "postgresql", "tallygate.postgresql.url",
                "jdbc:postgresql://a/b"))).containsEntry("tallygate.postgresql.pool-size", "8");
    }

    @Test
    void complete_urlOfAnotherKind_isNotRepeated() {
        assertThatExceptionOfType(WrongSettingException.class)
                .isThrownBy(() -> complete(Map.of("tallygate.postgresql.url", "postgres://u:hidden@a/b")))
                .withMessage("tallygate.postgresql.url is '…', must be a JDBC URL such as"
                        + " jdbc:postgresql://localhost:5432/tallygate");
    }

    private Map<String, String> complete(Map<String, String> given) {
        return settings.complete(given, warning -> assertThat(warning).isNull());
    }
}
