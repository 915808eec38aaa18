package io.tallygate.counter;

import io.tallygate.kernel.Setting;
import io.tallygate.kernel.SettingGroup;
import io.tallygate.kernel.SettingRule;
import io.tallygate.kernel.Settings;
import io.tallygate.ledger.StoreSettings;
import java.time.Duration;
import java.util.List;

/** What a process with a store remembers of counters. */
public final class CounterSettingGroup implements SettingGroup {

    private static final Duration HOUR = Duration.ofHours(1);

    static final Setting<Integer> CACHE_ENTRIES_MAX = Setting.of("tallygate.counter.cache.entries-max",
            SettingRule.integer(0, 10_000_000), "10000", "Counters in the read cache")
            .formerly("tallygate.cache.entries-max").fixedInFunctions("0");
    static final Setting<Duration> CACHE_TTL = Setting.of("tallygate.counter.cache.ttl",
            SettingRule.duration(Duration.ofMillis(1), HOUR), "5s",
            "How long the read cache may hide the writes of other processes").formerly("tallygate.cache.ttl")
            .notInFunctions();
    static final Setting<Integer> WINDOW_TYPES_MAX = Setting.of("tallygate.leaderboard.types-max",
            SettingRule.integer(1, 100_000), "100",
            "Counter types that have leaderboards of the last minute, hour and day").fixedInFunctions("1");
    static final Setting<Integer> WINDOW_ROWS_MAX = Setting.of("tallygate.leaderboard.rows-max",
            SettingRule.integer(1, 100_000_000), "500000", "Rows that those may hold together, of up to 83 bytes")
            .fixedInFunctions("1");
    static final Setting<Integer> ALL_TYPES_MAX = Setting.of("tallygate.leaderboard.all-types-max",
            SettingRule.integer(1, 10_000), "20", "Counter types that have a leaderboard of all time in memory")
            .notInFunctions();
    static final Setting<Integer> ALL_CAPACITY = Setting.of("tallygate.leaderboard.all-capacity",
            SettingRule.integer(Leaderboard.LIMIT_MAX + 1, 1_000_000), "10000",
            "Counters that such a leaderboard keeps").notInFunctions();
    static final Setting<Duration> ALL_REFRESH = Setting.of("tallygate.leaderboard.all-refresh",
            SettingRule.duration(Duration.ZERO, HOUR), "5s",
            "How long such a leaderboard may hide the writes of other processes").fixedInFunctions("0s");

    /** For {@link Settings#load}. */
    public CounterSettingGroup() {}

    @Override
    public Part part() {
        return Part.DOMAIN;
    }

    @Override
    public String title() {
        return "Counters";
    }

    @Override
    public List<Setting<?>> settings() {
        return List.of(CACHE_ENTRIES_MAX, CACHE_TTL, WINDOW_TYPES_MAX, WINDOW_ROWS_MAX, ALL_TYPES_MAX, ALL_CAPACITY,
                ALL_REFRESH);
    }

    @Override
    public List<Setting<?>> needs() {
        return List.of(StoreSettings.STORE);
    }
}
