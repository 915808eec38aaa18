package io.tallygate.handlers.recommendation;

import io.tallygate.kernel.Setting;
import io.tallygate.kernel.SettingGroup;
import io.tallygate.kernel.SettingRule;
import io.tallygate.kernel.Settings;
import io.tallygate.recommendation.RecommendationSettingGroup;
import java.util.List;

/** How many interactions wait in memory. */
public final class BufferSettingGroup implements SettingGroup {

    static final Setting<Integer> BUFFER_MAX = Setting.of("tallygate.recommendations.buffer-max",
            SettingRule.integer(1, 10_000_000), "10000",
            "Increments of users that wait in memory to be appended to user_interactions; more are left out there")
            .notInFunctions();

    /** For {@link Settings#load}. */
    public BufferSettingGroup() {}

    @Override
    public Part part() {
        return Part.DOMAIN;
    }

    @Override
    public String title() {
        return RecommendationSettingGroup.TITLE;
    }

    @Override
    public List<Setting<?>> settings() {
        return List.of(BUFFER_MAX);
    }
}
