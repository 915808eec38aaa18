package io.tallygate.cache;

import io.tallygate.kernel.Setting;
import io.tallygate.kernel.SettingValues;

/** Reads what is set of a cache's policy. */
final class PolicySettings {

    private PolicySettings() {}

    /** A cache's policy, with what is set in place of what it says. */
    static CachePolicy of(String cache, CachePolicy own, SettingValues values) {
        return own.withEntries(find(CacheSettingGroup.ENTRIES, cache, values, own.entries()))
                .withLives(find(CacheSettingGroup.LOCAL_LIFE, cache, values, own.localLife()),
                        find(CacheSettingGroup.SHARED_LIFE, cache, values, own.sharedLife()))
                .withStaleLife(find(CacheSettingGroup.STALE_LIFE, cache, values, own.staleLife()))
                .withNegativeLife(find(CacheSettingGroup.NEGATIVE_LIFE, cache, values, own.negativeLife()))
                .withJitter(find(CacheSettingGroup.JITTER, cache, values, own.jitter()))
                .withTimeouts(find(CacheSettingGroup.SOFT_TIMEOUT, cache, values, own.soft()),
                        find(CacheSettingGroup.HARD_TIMEOUT, cache, values, own.hard()))
                .withWarmRate(find(CacheSettingGroup.WARM_RATE, cache, values, own.warmRate()));
    }

    private static <T> T find(Setting<T> family, String cache, SettingValues values, T otherwise) {
        return values.find(family.name().replace("*", cache)).map(family::parse).orElse(otherwise);
    }
}
