package io.tallygate.ratelimit.guard;

import io.tallygate.kernel.Setting;
import io.tallygate.kernel.SettingGroup;
import io.tallygate.kernel.Settings;
import java.util.List;

/** What callers are told of their limits, and known by. */
public final class GuardSettingGroup implements SettingGroup {

    /** For {@link Settings#load}. */
    public GuardSettingGroup() {}

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
        return List.of(GuardSettings.HEADERS, GuardSettings.IPV6_PREFIX, GuardSettings.USER_HEADER);
    }
}
