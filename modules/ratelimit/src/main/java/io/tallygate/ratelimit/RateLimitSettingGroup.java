package io.tallygate.ratelimit;

import io.tallygate.kernel.Setting;
import io.tallygate.kernel.SettingGroup;
import io.tallygate.kernel.Settings;
import java.util.List;

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
                RateLimitSettings.LOCAL_SHARE);
    }
}
