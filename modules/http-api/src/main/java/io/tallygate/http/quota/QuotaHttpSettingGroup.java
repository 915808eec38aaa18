package io.tallygate.http.quota;

import io.tallygate.kernel.Setting;
import io.tallygate.kernel.SettingGroup;
import io.tallygate.kernel.SettingRule;
import io.tallygate.kernel.Settings;
import java.util.List;

/** What checks of quotas are answered when nothing is known. */
public final class QuotaHttpSettingGroup implements SettingGroup {

    static final String ALLOW = "allow";

    static final Setting<String> CHECK_ON_FAILURE = Setting.of("tallygate.quota.check-on-failure",
            SettingRule.oneOf(ALLOW, "deny"), "deny",
            "What a check is answered while the store is away and nothing is known of the subject: allow or deny");

    /** For {@link Settings#load}. */
    public QuotaHttpSettingGroup() {}

    @Override
    public Part part() {
        return Part.DOMAIN;
    }

    @Override
    public String title() {
        return "Quotas over HTTP";
    }

    @Override
    public List<Setting<?>> settings() {
        return List.of(CHECK_ON_FAILURE);
    }
}
