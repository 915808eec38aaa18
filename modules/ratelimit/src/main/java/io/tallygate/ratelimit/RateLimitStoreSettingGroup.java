package io.tallygate.ratelimit;

import io.tallygate.kernel.Setting;
import io.tallygate.kernel.SettingGroup;
import io.tallygate.kernel.Settings;
import java.util.List;

/** Where rate limits are counted. */
public final class RateLimitStoreSettingGroup implements SettingGroup {

    /** For {@link Settings#load}. */
    public RateLimitStoreSettingGroup() {}

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
        return List.of(RateLimitStoreSettings.STORE, RateLimitStoreSettings.HEARTBEAT);
    }
}
