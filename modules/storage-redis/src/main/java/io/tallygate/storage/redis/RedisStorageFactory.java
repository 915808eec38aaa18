package io.tallygate.storage.redis;

import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Requires;
import io.micronaut.context.exceptions.ConfigurationException;
import io.micronaut.core.value.PropertyResolver;
import io.tallygate.ledger.LedgerStore;
import io.tallygate.ledger.StoreSettings;
import jakarta.inject.Singleton;

/** Wires the ledger to Redis where {@code tallygate.store} says so. */
@Factory
@Requires(property = StoreSettings.STORE_NAME, value = "redis")
final class RedisStorageFactory {

    @Singleton
    @Bean(preDestroy = "close")
    LedgerStore ledgerStore(PropertyResolver properties) {
        try {
            return RedisLedgerStore.open(RedisSettings.of(name -> properties.getProperty(name, String.class)),
                    System::nanoTime);
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException(String.valueOf(e.getMessage()), e);
        }
    }
}
