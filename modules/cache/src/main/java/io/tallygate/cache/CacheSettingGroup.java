package io.tallygate.cache;

import io.tallygate.kernel.Setting;
import io.tallygate.kernel.SettingGroup;
import io.tallygate.kernel.SettingRule;
import io.tallygate.kernel.Settings;
import java.time.Duration;
import java.util.List;

/** How caches keep their values. */
public final class CacheSettingGroup implements SettingGroup {

    /** What the names of all these settings start with. */
    static final String PREFIX = "tallygate.multicache";

    private static final String FAMILY = PREFIX + ".*.";
    private static final Duration MILLI = Duration.ofMillis(1);
    private static final Duration MINUTE = Duration.ofMinutes(1);

    static final Setting<Integer> ENTRIES = Setting.optional(FAMILY + "entries", SettingRule.integer(1, 10_000_000),
            "The most values of a cache in memory (L1); 1000 unless the cache says otherwise");
    static final Setting<Duration> LOCAL_LIFE = Setting.optional(FAMILY + "local-life",
            SettingRule.duration(MILLI, CachePolicy.STALE_MAX),
            "How long a value lives in memory (L1); 5m, or 5s while no word of changes reaches this process");
    static final Setting<Duration> SHARED_LIFE = Setting.optional(FAMILY + "shared-life",
            SettingRule.duration(MILLI, Duration.ofDays(30)), "How long a value lives in Redis (L2); 30m");
    static final Setting<Duration> STALE_LIFE = Setting.optional(FAMILY + "stale-life",
            SettingRule.duration(Duration.ZERO, CachePolicy.STALE_MAX),
            "How long after its life a value may stand in when no newer one can be had; 1h");
    static final Setting<Duration> NEGATIVE_LIFE = Setting.optional(FAMILY + "negative-life",
            SettingRule.duration(Duration.ZERO, CachePolicy.STALE_MAX),
            "How long it is known that there is no value; 30s");
    static final Setting<Integer> JITTER = Setting.optional(FAMILY + "jitter", SettingRule.integer(0, 50),
            "By how many percent lives differ, so that they do not end together; 10");
    static final Setting<Duration> SOFT_TIMEOUT = Setting.optional(FAMILY + "soft-timeout",
            SettingRule.duration(MILLI, MINUTE),
            "How long a value whose life is over is held back for a newer one; 250ms");
    static final Setting<Duration> HARD_TIMEOUT = Setting.optional(FAMILY + "hard-timeout",
            SettingRule.duration(MILLI, MINUTE), "How long a value is waited for at all; 2s");
    static final Setting<Integer> WARM_RATE = Setting.optional(FAMILY + "warm-rate",
            SettingRule.integer(1, 1_000_000), "Keys a second that a warm-up asks for; 1000");
    static final Setting<String> WARM_FILE = Setting.optional(FAMILY + "warm-file", SettingRule.text("FILE"),
            "File of keys, one a line and at most 10000, whose values the process has in the cache before it is ready")
            .notInFunctions();
    static final Setting<Duration> WARM_WAIT = Setting.of(PREFIX + ".warm-wait",
            SettingRule.duration(Duration.ZERO, Duration.ofMinutes(10)), "10s",
            "How long a process that has started is not ready for want of these values; 0s: not at all")
            .notInFunctions();

    /** For {@link Settings#load}. */
    public CacheSettingGroup() {}

    @Override
    public Part part() {
        return Part.DOMAIN;
    }

    @Override
    public String title() {
        return "Caches";
    }

    @Override
    public List<Setting<?>> settings() {
        return List.of(CacheSettings.SHARED, ENTRIES, LOCAL_LIFE, SHARED_LIFE, STALE_LIFE, NEGATIVE_LIFE, JITTER,
                SOFT_TIMEOUT, HARD_TIMEOUT, WARM_RATE, WARM_FILE, WARM_WAIT);
    }
}
