package io.tallygate.http.counter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.tallygate.kernel.Settings;
import io.tallygate.kernel.WrongSettingException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LeaderboardSettingGroupTest {

    @Test
    void windows_always_areSomeOfTheFour() {
        var leaderboards = Settings.of(List.of(new LeaderboardSettingGroup()));
        assertThat(LeaderboardSettingGroup.WINDOWS.byDefault()).containsExactly("1m", "1h", "24h", "all");
        assertThat(LeaderboardSettingGroup.WINDOWS.parse("1h , all")).containsExactly("1h", "all");
        assertThatExceptionOfType(WrongSettingException.class)
                .isThrownBy(() -> leaderboards.complete(Map.of("tallygate.leaderboard.windows", "1h,1d"), _ -> {}))
                .withMessageStartingWith(
                        "tallygate.leaderboard.windows is '1h,1d', must be some of 1m, 1h, 24h and all,"
                                + " by comma");
        assertThat(leaderboards.fixedInFunctions()).containsOnly(Map.entry("tallygate.leaderboard.windows", "all"));
    }
}
