package io.tallygate.storage.sql;

import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Requires;
import io.micronaut.context.annotation.Value;
import io.micronaut.context.exceptions.ConfigurationException;
import io.micronaut.core.convert.ConversionService;
import io.tallygate.kernel.Reasons;
import io.tallygate.ledger.Book;
import io.tallygate.ledger.LedgerStore;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;

/** The beans of this module. A setting that cannot be used stops the start, in one line that names it. */
@Factory
final class SqlFactory {

    @Singleton
    @Bean(preDestroy = "close")
    @Requires(property = "tallygate.store", value = "sqlite", defaultValue = "sqlite")
    LedgerStore sqlite(@Value("${tallygate.data-dir:./data}") String directory, SqliteSettings settings,
            List<Book> books) {
        SqliteSettings.Synchronous synchronous = checked(settings::parsed);
        try {
            return new SqlLedgerStore(
                    SqliteDatabase.open(Path.of(directory), synchronous, SqliteDatabase.Limits.DEFAULT, books), books);
        } catch (IOException | RuntimeException e) {
            throw new ConfigurationException(
                    "tallygate.data-dir is '" + directory + "', which cannot be used: " + Reasons.of(e), e);
        }
    }

    @Singleton
    @Bean(preDestroy = "close")
    @Requires(property = "tallygate.store", value = "postgresql")
    LedgerStore postgresql(PostgresqlSettings settings, ConversionService conversion, List<Book> books) {
        PostgresqlSettings.Parsed parsed = checked(() -> settings.parsed(conversion));
        try {
            return new SqlLedgerStore(PostgresqlDatabase.open(parsed, books), books);
        } catch (RuntimeException e) {
            throw new ConfigurationException(
                    "tallygate.postgresql.url is '" + parsed.url() + "', which cannot be used: " + Reasons.of(e), e);
        }
    }

    private static <T> T checked(Supplier<T> settings) {
        try {
            return settings.get();
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException(e.getMessage(), e);
        }
    }
}
