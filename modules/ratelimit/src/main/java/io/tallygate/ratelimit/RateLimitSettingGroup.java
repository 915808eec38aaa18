package io.tallygate.ratelimit;

import io.tallygate.kernel.Setting;
import io.tallygate.kernel.SettingGroup;
import io.tallygate.kernel.Settings;
import io.tallygate.kernel.WrongSettingException;
import io.tallygate.ledger.StoreSettings;
import java.util.List;
import java.util.Map;

/** How requests are limited. */
public final class RateLimitSettingGroup implements SettingGroup {

    /** For {@link Settings#load}. */
    public RateLimitSettingGroup() {}

    @Override
    public Part part() {
        return Part.DOMAIN;
    }

    @Override
    public String title() {
        return "Rate limits";
    }

    @Override
    public List<Setting<?>> settings() {
        return List.of(RateLimitSettings.RULES, RateLimitSettings.MEMORY_MAX, RateLimitSettings.TIMEOUT,
                RateLimitSettings.LOCAL_SHARE, StoreSettings.DATA_DIR, EnvoySettings.PORTS, EnvoySettings.ANONYMOUS);
    }

    @Override
    public void check(Map<String, String> values) {
        boolean isAnonymous = Boolean.parseBoolean(values.get(EnvoySettings.ANONYMOUS.name()));
        if (isAnonymous && !values.containsKey(EnvoySettings.PORTS_NAME)) {
            throw new WrongSettingException(EnvoySettings.PORTS + " is missing: " + EnvoySettings.ANONYMOUS
                    + " is about ports of their own");
        }
    }
}
