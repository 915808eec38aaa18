package io.tallygate.storage.redis;

import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Property;
import io.micronaut.context.annotation.Requires;
import io.micronaut.context.exceptions.ConfigurationException;
import io.tallygate.ledger.LedgerStore;
import jakarta.inject.Singleton;
import java.time.Duration;

/** Wires the ledger to Redis where {@code tallygate.store} says so. */
@Factory
@Requires(property = "tallygate.store", value = "redis")
final class RedisStorageFactory {

    @Singleton
    @Bean(preDestroy = "close")
    LedgerStore ledgerStore(
            @Property(name = "tallygate.redis.uri", defaultValue = "redis://127.0.0.1:6379") String uri,
            @Property(name = "tallygate.redis.cluster", defaultValue = "false") boolean cluster,
            @Property(name = "tallygate.redis.partitions", defaultValue = "1") int partitions,
            @Property(name = "tallygate.redis.timeout", defaultValue = "2s") Duration timeout,
            @Property(name = "tallygate.redis.key-prefix", defaultValue = "tallygate") String keyPrefix) {
        try {
            var settings = new RedisSettings(RedisSettings.parse(uri), cluster, partitions, timeout, keyPrefix);
            return RedisLedgerStore.open(settings, System::nanoTime);
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException(String.valueOf(e.getMessage()), e);
        }
    }
}
