package io.tallygate.recommendation;

import io.tallygate.kernel.Setting;
import io.tallygate.kernel.SettingGroup;
import io.tallygate.kernel.SettingRule;
import io.tallygate.kernel.Settings;
import java.util.List;

/** Whether there are recommendations. */
public final class RecommendationSettingGroup implements SettingGroup {

    /** The name of the setting without which nothing of recommendations is there. */
    public static final String ENABLED_NAME = "tallygate.recommendations.enabled";
    /** The heading that settings of recommendations are shown under. */
    public static final String TITLE = "Recommendations";

    static final Setting<Boolean> ENABLED = Setting.of(ENABLED_NAME, SettingRule.bool(), "false",
            "Whether increments with a user_id are kept as that user's history, from which others are recommended items");

    /** For {@link Settings#load}. */
    public RecommendationSettingGroup() {}

    @Override
    public Part part() {
        return Part.DOMAIN;
    }

    @Override
    public String title() {
        return TITLE;
    }

    @Override
    public List<Setting<?>> settings() {
        return List.of(ENABLED);
    }
}
