package io.tallygate.cache;

import io.tallygate.kernel.Setting;
import io.tallygate.kernel.SettingRule;

/** Settings of what processes share, which the module that brings it reads. */
public final class CacheSettings {

    /** Where caches have their L2. */
    public static final Setting<String> SHARED = Setting.optional("tallygate.multicache.shared",
            SettingRule.oneOf("none", "redis"),
            "Where processes share what is cached: none or redis; if not set, in Redis if tallygate.store is redis")
            .notInFunctions();

    private CacheSettings() {}
}
