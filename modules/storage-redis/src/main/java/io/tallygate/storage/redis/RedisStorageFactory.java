package io.tallygate.storage.redis;

import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Requires;
import io.micronaut.context.exceptions.ConfigurationException;
import io.micronaut.core.value.PropertyResolver;
import io.tallygate.kernel.SettingValues;
import io.tallygate.ledger.LedgerStore;
import io.tallygate.ledger.OutboxSettings;
import io.tallygate.ledger.Recordable;
import io.tallygate.ledger.StoreSettings;
import jakarta.inject.Singleton;
import java.util.List;

/** Wires the ledger to Redis where {@code tallygate.store} says so. */
@Factory
@Requires(property = StoreSettings.STORE_NAME, value = "redis")
final class RedisStorageFactory {

    @Singleton
    @Bean(preDestroy = "close")
    LedgerStore ledgerStore(PropertyResolver properties, List<Recordable> recordables) {
        SettingValues values = name -> properties.getProperty(name, String.class);
        try {
            return RedisLedgerStore.open(RedisSettings.of(values), RedisSettingGroup.WAIT_REPLICAS.in(values),
                    System::nanoTime,
                    OutboxSettings.recording(OutboxSettings.PUBLISH.find(values),
                            OutboxSettings.PUBLISH_MIB.in(values), recordables));
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException(String.valueOf(e.getMessage()), e);
        }
    }
}
