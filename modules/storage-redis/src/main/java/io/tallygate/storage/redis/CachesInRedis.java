package io.tallygate.storage.redis;

import io.micronaut.context.condition.Condition;
import io.micronaut.context.condition.ConditionContext;
import io.tallygate.cache.CacheSettings;
import io.tallygate.kernel.SettingValues;
import io.tallygate.ledger.StoreSettings;

/**
 * Whether processes share what they cache in Redis: where that is set, or nothing is and everything else is kept
 * there.
 */
final class CachesInRedis implements Condition {

    /** For the framework. */
    CachesInRedis() {}

    @Override
    @SuppressWarnings("rawtypes") // As the framework declares it.
    public boolean matches(ConditionContext context) {
        SettingValues values = name -> context.getProperty(name, String.class);
        return CacheSettings.SHARED.find(values).orElseGet(() -> StoreSettings.STORE.in(values)).equals("redis");
    }
}
