package io.tallygate.storage.sql;

import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Requires;
import io.micronaut.context.annotation.Value;
import io.micronaut.context.exceptions.ConfigurationException;
import io.tallygate.counter.CounterStore;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** The beans of this module. A setting that cannot be used stops the start, in one line that names it. */
@Factory
final class SqlFactory {

    @Singleton
    @Bean(preDestroy = "close")
    @Requires(property = "tallygate.store", value = "sqlite", defaultValue = "sqlite")
    CounterStore sqlite(@Value("${tallygate.data-dir:./data}") String directory, SqliteSettings settings) {
        try {
            return new SqlCounterStore(SqliteDatabase.open(Path.of(directory), settings.synchronous()));
        } catch (IOException | InvalidPathException e) {
            throw new ConfigurationException("tallygate.data-dir is '" + directory + "', which cannot be used: " + e,
                    e);
        } catch (RuntimeException e) {
            throw new ConfigurationException("tallygate.data-dir is '" + directory + "': " + e.getMessage(), e);
        }
    }

    @Singleton
    @Bean(preDestroy = "close")
    @Requires(property = "tallygate.store", value = "postgresql")
    CounterStore postgresql(PostgresqlSettings settings) {
        try {
            settings.validate();
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException(e.getMessage(), e);
        }
        try {
            return new SqlCounterStore(PostgresqlDatabase.open(settings));
        } catch (RuntimeException e) {
            throw new ConfigurationException("tallygate.postgresql.url is '" + settings.url()
                    + "', which cannot be used: " + e.getMessage(), e);
        }
    }
}
