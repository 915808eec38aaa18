package io.tallygate.degradation;

import io.tallygate.kernel.Setting;
import io.tallygate.kernel.SettingGroup;
import io.tallygate.kernel.SettingRule;
import io.tallygate.kernel.Settings;
import io.tallygate.kernel.WrongSettingException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** When features are degraded, and what is looked at for that. */
public final class DegradationSettingGroup implements SettingGroup {

    private static final Duration SHORTEST = Duration.ofMillis(100);

    static final Setting<Duration> PROBE_INTERVAL = Setting.of("tallygate.degradation.probe-interval",
            SettingRule.duration(SHORTEST, Duration.ofMinutes(10)), "2s",
            "How often each dependency is asked whether it answers").notInFunctions();
    static final Setting<Duration> PROBE_TIMEOUT = Setting.of("tallygate.degradation.probe-timeout",
            SettingRule.duration(SHORTEST, Duration.ofMinutes(1)), "1s",
            "How long it may take to answer").notInFunctions();
    static final Setting<Duration> DWELL = Setting.of("tallygate.degradation.dwell",
            SettingRule.duration(Duration.ofSeconds(1), Duration.ofMinutes(5)), "30s",
            "How long all must be well before a better level is tried; doubled for relapses, up to 5m");
    static final Setting<Duration> STEP = Setting.of("tallygate.degradation.step",
            SettingRule.duration(SHORTEST, Duration.ofMinutes(5)), "5s",
            "How long a better level is tried with each share of the calls: 10, 25, 50 and 100 %");
    private static final Setting<String> PROBE_URL = Setting.optional(ProbeSettings.PREFIX + ".*.url",
            SettingRule.matching("https?://[^\\s]+", "a URL such as http://127.0.0.1:9000/health", "URL"),
            "An address that is asked, too; it is well when it answers a GET with a status below 400")
            .notInFunctions();
    private static final Setting<Boolean> PROBE_CRITICAL = Setting.optional(ProbeSettings.PREFIX + ".*.critical",
            SettingRule.bool(), "Whether what needs it is minimal without it, and not degraded; false by default")
            .notInFunctions();
    private static final Setting<String> PROBE_FEATURES = Setting.optional(ProbeSettings.PREFIX + ".*.features",
            SettingRule.matching("[a-z0-9-]{1,64}(\\s*,\\s*[a-z0-9-]{1,64})*", "features, by comma", "FEATURES"),
            "What needs it, by comma; none by default").notInFunctions();

    /** For {@link Settings#load}. */
    public DegradationSettingGroup() {}

    @Override
    public Part part() {
        return Part.DOMAIN;
    }

    @Override
    public String title() {
        return "Degradation";
    }

    @Override
    public List<Setting<?>> settings() {
        return List.of(PROBE_INTERVAL, PROBE_TIMEOUT, DWELL, STEP, PROBE_URL, PROBE_CRITICAL, PROBE_FEATURES);
    }

    @Override
    public void check(Map<String, String> values) {
        for (String name : values.keySet()) {
            if (name.startsWith(ProbeSettings.PREFIX + ".")) {
                String probe = name.substring(0, name.lastIndexOf('.'));
                if (!values.containsKey(probe + ".url")) {
                    throw new WrongSettingException(probe + ".url is missing: a probe needs it");
                }
            }
        }
    }
}
