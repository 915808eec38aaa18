package io.tallygate.storage.sql;

import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Requires;
import io.micronaut.context.exceptions.ConfigurationException;
import io.micronaut.core.value.PropertyResolver;
import io.tallygate.kernel.Reasons;
import io.tallygate.kernel.SettingValues;
import io.tallygate.kernel.WrongSettingException;
import io.tallygate.ledger.Book;
import io.tallygate.ledger.LedgerStore;
import io.tallygate.ledger.OutboxSettings;
import io.tallygate.ledger.Recordable;
import io.tallygate.ledger.Recording;
import io.tallygate.ledger.StoreSettings;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;

/** The beans of this module. A setting that cannot be used stops the start, in one line that names it. */
@Factory
final class SqlFactory {

    private final SettingValues values;

    SqlFactory(PropertyResolver properties) {
        this.values = name -> properties.getProperty(name, String.class);
    }

    @Singleton
    @Bean(preDestroy = "close")
    @Requires(property = StoreSettings.STORE_NAME, value = "sqlite", defaultValue = StoreSettings.STORE_DEFAULT)
    LedgerStore sqlite(List<Book> own, List<Recordable> recordables) {
        Recording recording = recording(recordables);
        List<Book> books = recording.booksBeside(own);
        String directory = read(StoreSettings.DATA_DIR::in);
        SqliteSettings settings = read(SqliteSettings::of);
        try {
            return new SqlLedgerStore(SqliteDatabase.open(Path.of(directory), settings.synchronous(),
                    SqliteDatabase.Limits.DEFAULT, books), books, recording);
        } catch (IOException | RuntimeException e) {
            throw new ConfigurationException(
                    StoreSettings.DATA_DIR + " is '" + directory + "', which cannot be used: " + Reasons.of(e), e);
        }
    }

    @Singleton
    @Bean(preDestroy = "close")
    @Requires(property = StoreSettings.STORE_NAME, value = SqlSettingGroup.POSTGRESQL)
    LedgerStore postgresql(List<Book> own, List<Recordable> recordables) {
        Recording recording = recording(recordables);
        List<Book> books = recording.booksBeside(own);
        PostgresqlSettings settings = read(PostgresqlSettings::of);
        try {
            return new SqlLedgerStore(PostgresqlDatabase.open(settings, books), books, recording);
        } catch (RuntimeException e) {
            throw new ConfigurationException(SqlSettingGroup.POSTGRESQL_URL + " is '" + settings.url()
                    + "', which cannot be used: " + Reasons.of(e), e);
        }
    }

    private Recording recording(List<Recordable> recordables) {
        return OutboxSettings.recording(read(OutboxSettings.PUBLISH::find), read(OutboxSettings.PUBLISH_MIB::in),
                recordables);
    }

    private <T> T read(Function<SettingValues, T> settings) {
        try {
            return settings.apply(values);
        } catch (WrongSettingException e) {
            throw new ConfigurationException(e.getMessage(), e);
        }
    }
}
