package io.tallygate.ratelimit;

import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Requires;
import io.micronaut.core.value.PropertyResolver;
import io.tallygate.kernel.SettingValues;
import io.tallygate.kernel.SoleInstance;
import io.tallygate.ledger.StoreSettings;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.InstantSource;

/** Keeps limits in the memory of this process, where there is no store that others share. */
@Factory
final class RateLimitStoreFactory {

    @Singleton
    @Requires(beans = RateLimitGauges.class)
    SoleInstance soleInstance() {
        return new SoleInstance("limits are counted in the memory of this process");
    }

    @Singleton
    @Bean(preDestroy = "close", typed = {RateLimitStore.class, RateLimitGauges.class})
    @Requires(missingBeans = RateLimitStore.class)
    @Requires(property = RateLimitSettings.MEMORY_MAX_NAME, notEquals = "0")
    MemoryStore memoryStore(PropertyResolver properties) {
        SettingValues values = name -> properties.getProperty(name, String.class);
        Path file = Path.of(StoreSettings.DATA_DIR.in(values), "ratelimits.snapshot");
        try {
            return MemoryStore.restored(file, RateLimitSettings.MEMORY_MAX.in(values),
                    new EpochNanos(InstantSource.system()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
