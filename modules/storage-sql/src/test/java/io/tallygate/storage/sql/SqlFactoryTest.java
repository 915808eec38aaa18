package io.tallygate.storage.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micronaut.context.ApplicationContext;
import io.tallygate.ledger.LedgerStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SqlFactoryTest {

    @Test
    void counterStore_noSetting_isSqliteInTheDataDirectory(@TempDir Path directory) {
        try (var context = ApplicationContext.run(Map.of("tallygate.data-dir", directory.resolve("new").toString()))) {
            context.getBean(LedgerStore.class).ping();
            assertThat(directory.resolve("new/tallygate.db")).exists();
        }
        try (var again = ApplicationContext.run(Map.of("tallygate.data-dir", directory.resolve("new").toString(),
                "tallygate.sqlite.synchronous", "normal"))) {
            again.getBean(LedgerStore.class).ping();
        }
    }

    @Test
    void counterStore_anotherStoreChosen_isNotOurs() {
        try (var context = ApplicationContext.run(Map.of("tallygate.store", "redis"))) {
            assertThat(context.findBean(LedgerStore.class)).isEmpty();
        }
    }

    @Test
    void counterStore_wrongSetting_failsNamingIt(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("file"), "");
        assertFails("tallygate.data-dir", Map.of("tallygate.data-dir", file.toString()));
        assertFails("tallygate.sqlite.synchronous",
                Map.of("tallygate.data-dir", directory.toString(), "tallygate.sqlite.synchronous", "MAYBE"));
        assertFails("tallygate.postgresql.url", Map.of("tallygate.store", "postgresql"));
        assertFails("tallygate.postgresql.pool-size", Map.of("tallygate.store", "postgresql",
                "tallygate.postgresql.url", "jdbc:postgresql://127.0.0.1:1/none", "tallygate.postgresql.pool-size",
                "many"));
        assertFails("tallygate.postgresql.timeout", Map.of("tallygate.store", "postgresql",
                "tallygate.postgresql.url", "jdbc:postgresql://127.0.0.1:1/none", "tallygate.postgresql.timeout",
                "soon"));
        assertFails("tallygate.postgresql.url", Map.of("tallygate.store", "postgresql",
                "tallygate.postgresql.url", "jdbc:postgresql://127.0.0.1:1/none", "tallygate.postgresql.timeout",
                "250ms"));
        assertFails("tallygate.postgresql.pool-size", Map.of("tallygate.store", "postgresql",
                "tallygate.postgresql.url", "jdbc:postgresql://127.0.0.1:1/none", "tallygate.postgresql.pool-size",
                "0"));
        assertFails("tallygate.postgresql.timeout", Map.of("tallygate.store", "postgresql",
                "tallygate.postgresql.url", "jdbc:postgresql://127.0.0.1:1/none", "tallygate.postgresql.timeout",
                "1ms"));
    }

    private static void assertFails(String setting, Map<String, Object> settings) {
        try (var context = ApplicationContext.run(settings)) {
            assertThatThrownBy(() -> context.getBean(LedgerStore.class)).hasStackTraceContaining(setting);
        }
    }
}
