package io.tallygate.event;

import io.tallygate.kernel.Setting;
import io.tallygate.kernel.SettingGroup;
import io.tallygate.kernel.SettingRule;
import io.tallygate.kernel.Settings;
import io.tallygate.ledger.StoreSettings;
import java.time.Duration;
import java.util.List;

/** How events are kept and consumed. */
public final class EventSettingGroup implements SettingGroup {

    private static final Duration HOUR = Duration.ofHours(1);

    public static final Setting<Integer> PARTITIONS = Setting
            .of("tallygate.events.partitions", SettingRule.integer(1, 1_000),
                    "16", "Partitions of a topic that is used for the first time; it keeps their number")
            .notInFunctions();
    static final Setting<Duration> RETENTION = Setting.of("tallygate.events.retention",
            SettingRule.duration(Duration.ofSeconds(1), HOUR.multipliedBy(876_000)), "168h",
            "How long events are kept once they are consumed, and what became of replays").notInFunctions();
    static final Setting<Integer> RETENTION_MIB = Setting.of("tallygate.events.retention-mib",
            SettingRule.integer(1, 100_000_000), "1024", "MiB of consumed events that each topic keeps at most")
            .notInFunctions();
    static final Setting<Integer> MAX_CONCURRENCY = Setting.optional("tallygate.events.*.max-concurrency",
            SettingRule.integer(1, 100_000), "Events of a topic that are handled at once, each of another key; 256")
            .notInFunctions();
    static final Setting<Integer> RETRIES = Setting.optional("tallygate.events.*.retries",
            SettingRule.integer(0, 1_000), "How often an event is tried again before it is a dead letter; 3")
            .notInFunctions();
    static final Setting<Duration> RETRY_DELAY = Setting.optional("tallygate.events.*.retry-delay",
            SettingRule.duration(Duration.ofMillis(1), HOUR),
            "How long after the first failure, twice as long after each further one; 100ms").notInFunctions();
    static final Setting<Duration> RETRY_DELAY_MAX = Setting.optional("tallygate.events.*.retry-delay-max",
            SettingRule.duration(Duration.ofMillis(1), HOUR), "The longest of these delays; 10s").notInFunctions();
    static final Setting<Boolean> ORDERED = Setting.optional("tallygate.events.*.ordered", SettingRule.bool(),
            "Whether later events of a key wait while one is tried again; true").notInFunctions();
    static final Setting<Integer> FAILURE_RATE = Setting.optional("tallygate.events.*.failure-rate",
            SettingRule.integer(1, 100),
            "Percent of the last 100 events that may fail at first before the topic stops; 50").notInFunctions();
    static final Setting<Integer> AHEAD_MAX = Setting.optional("tallygate.events.*.ahead-max",
            SettingRule.integer(1, 10_000_000),
            "Events of a partition that are taken beyond the first one that is not done; 10000").notInFunctions();
    static final Setting<Integer> REPLAYS_MAX = Setting.optional("tallygate.events.*.replays-max",
            SettingRule.integer(1, 1_000_000), "Failed replays after which a dead letter is parked; 5")
            .notInFunctions();

    /** For {@link Settings#load}. */
    public EventSettingGroup() {}

    @Override
    public Part part() {
        return Part.DOMAIN;
    }

    @Override
    public String title() {
        return "Events";
    }

    @Override
    public List<Setting<?>> settings() {
        return List.of(PARTITIONS, RETENTION, RETENTION_MIB, MAX_CONCURRENCY, RETRIES, RETRY_DELAY, RETRY_DELAY_MAX,
                ORDERED, FAILURE_RATE, AHEAD_MAX, REPLAYS_MAX);
    }

    @Override
    public List<Setting<?>> needs() {
        return List.of(StoreSettings.STORE);
    }
}
