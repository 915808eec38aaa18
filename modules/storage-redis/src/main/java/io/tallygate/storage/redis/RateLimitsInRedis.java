package io.tallygate.storage.redis;

import io.micronaut.context.condition.Condition;
import io.micronaut.context.condition.ConditionContext;
import io.tallygate.kernel.SettingValues;
import io.tallygate.ledger.StoreSettings;
import io.tallygate.ratelimit.RateLimitStoreSettings;

/** Whether rate limits are counted in Redis: where that is set, or nothing is and everything else is kept there. */
final class RateLimitsInRedis implements Condition {

    private static final String REDIS = "redis";

    /** For the framework. */
    RateLimitsInRedis() {}

    @Override
    @SuppressWarnings("rawtypes") // As the framework declares it.
    public boolean matches(ConditionContext context) {
        SettingValues values = name -> context.getProperty(name, String.class);
        return RateLimitStoreSettings.STORE.find(values).orElseGet(() -> StoreSettings.STORE.in(values))
                .equals(REDIS);
    }
}
