package io.tallygate.http.counter;

import io.tallygate.kernel.Setting;
import io.tallygate.kernel.SettingGroup;
import io.tallygate.kernel.SettingRule;
import io.tallygate.kernel.Settings;
import java.util.Arrays;
import java.util.List;

/** Which leaderboards HTTP answers. */
public final class LeaderboardSettingGroup implements SettingGroup {

    static final Setting<List<String>> WINDOWS = Setting.of("tallygate.leaderboard.windows",
            SettingRule.matching("(1m|1h|24h|all)(\\s*,\\s*(1m|1h|24h|all))*", "some of 1m, 1h, 24h and all, by comma",
                    "WINDOWS")
                    .map(windows -> Arrays.stream(windows.split(",", -1)).map(String::strip).toList()),
            "1m,1h,24h,all", "Windows whose leaderboards are answered over HTTP, by comma; others are answered 501")
            .fixedInFunctions("all");

    /** For {@link Settings#load}. */
    public LeaderboardSettingGroup() {}

    @Override
    public Part part() {
        return Part.DOMAIN;
    }

    @Override
    public String title() {
        return "Leaderboards over HTTP";
    }

    @Override
    public List<Setting<?>> settings() {
        return List.of(WINDOWS);
    }
}
