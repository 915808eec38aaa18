package io.tallygate.quota;

import io.tallygate.kernel.Setting;
import io.tallygate.kernel.SettingGroup;
import io.tallygate.kernel.SettingRule;
import io.tallygate.kernel.Settings;
import java.time.Duration;
import java.util.List;

/** How quotas are kept. */
public final class QuotaSettingGroup implements SettingGroup {

    private static final Duration HOUR = Duration.ofHours(1);

    static final Setting<String> PLANS = Setting.optional("tallygate.quota.plans", SettingRule.text("FILE"),
            "YAML file of plans, read again when it changes; plans of the API win over its");
    static final Setting<Duration> KEEP = Setting.of("tallygate.quota.keep",
            SettingRule.duration(HOUR, HOUR.multipliedBy(876_000)), "9600h",
            "How long usage is kept after a period of a day or more");
    static final Setting<Duration> LATE_MAX = Setting.of("tallygate.quota.late-max",
            SettingRule.duration(Duration.ZERO, HOUR.multipliedBy(8_760)), "168h",
            "How old the time of a refund, or of a usage event, may be");
    static final Setting<Integer> SUBJECTS_MAX = Setting.of("tallygate.quota.subjects-max",
            SettingRule.integer(1, 10_000_000), "20000", "Subjects whose limits are kept in memory");
    static final Setting<Integer> CACHE_ENTRIES_MAX = Setting.of("tallygate.quota.cache.entries-max",
            SettingRule.integer(0, 10_000_000), "80000",
            "Rows of usage in the read cache; each limit of a subject has two").fixedInFunctions("0");
    static final Setting<Duration> CACHE_TTL = Setting.of("tallygate.quota.cache.ttl",
            SettingRule.duration(Duration.ofMillis(1), HOUR), "5s",
            "How long that cache may hide the writes of other processes").notInFunctions();
    static final Setting<String> PROFILE = Setting.of("tallygate.quota.async.profile",
            SettingRule.oneOf("default", "high-throughput", "low-latency"), "default",
            "What the settings of the asynchronous side are unless they are given");
    static final Setting<Integer> WORKERS = Setting.optional("tallygate.quota.async.workers",
            SettingRule.integer(1, 64), "Lanes of accepted consumptions; 3, 5 and 2 in the three profiles");
    static final Setting<Integer> QUEUE_MAX = Setting.optional("tallygate.quota.async.queue-max",
            SettingRule.integer(1, 1_000_000), "Accepted consumptions that may wait; one more is committed before its"
                    + " answer; 1000, 2000 and 500");
    static final Setting<Integer> BATCH_MAX = Setting.optional("tallygate.quota.async.batch-max",
            SettingRule.integer(1, 1_000_000),
            "Distinct rows that end the wait for company early; 10, 20 and 5");
    static final Setting<Duration> LINGER = Setting.optional("tallygate.quota.async.linger",
            SettingRule.duration(Duration.ZERO, Duration.ofMinutes(1)),
            "How long accepted consumptions may wait for company; 5s, 3s and 1s");
    static final Setting<Integer> RETRIES = Setting.optional("tallygate.quota.async.retries",
            SettingRule.integer(1, 1_000_000),
            "Failures in a row after which the asynchronous side is not healthy; 3 in every profile");

    static final Setting<Duration> RETRY_DELAY = Setting.optional("tallygate.quota.async.retry-delay",
            SettingRule.duration(Duration.ofMillis(1), Duration.ofMinutes(1)),
            "The pause before what was accepted is sent to the store again, doubled up to 500ms; 100ms in every profile");

    /** For {@link Settings#load}. */
    public QuotaSettingGroup() {}

    @Override
    public Part part() {
        return Part.DOMAIN;
    }

    @Override
    public String title() {
        return "Quotas";
    }

    @Override
    public List<Setting<?>> settings() {
        return List.of(PLANS, KEEP, LATE_MAX, SUBJECTS_MAX, CACHE_ENTRIES_MAX, CACHE_TTL, PROFILE, WORKERS, QUEUE_MAX,
                BATCH_MAX, LINGER, RETRIES,
                RETRY_DELAY);
    }
}
