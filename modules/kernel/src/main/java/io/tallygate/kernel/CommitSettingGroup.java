package io.tallygate.kernel;

import java.time.Duration;
import java.util.List;

/** How writes share commits. */
public final class CommitSettingGroup implements SettingGroup {

    static final Setting<Duration> TIMEOUT = Setting.of("tallygate.commit.timeout",
            SettingRule.duration(Duration.ofMillis(10), Duration.ofMinutes(1)), "2s",
            "How long a caller waits for its commit before it is answered 503");
    static final Setting<Integer> QUEUE_MAX = Setting.of("tallygate.commit.queue-max",
            SettingRule.integer(1, 10_000_000), "65536",
            "Operations that may wait or be in a flush; one more is answered 503");
    static final Setting<Integer> BATCH_MAX = Setting.of("tallygate.commit.batch-max",
            SettingRule.integer(1, 1_000_000), "8192", "Operations in a flush");
    static final Setting<Duration> INLINE_MAX = Setting.of("tallygate.commit.inline-max",
            SettingRule.duration(Duration.ZERO, Duration.ofSeconds(1)), "0ms",
            "Event loops commit what they have read themselves while most commits to SQLite take no longer, such as 1ms; "
                    + "0ms leaves all of them to a thread of their own")
            .notInFunctions();
    static final Setting<Duration> RELAYED_INLINE_MAX = Setting.of("tallygate.commit.relayed-inline-max",
            SettingRule.duration(Duration.ZERO, Duration.ofSeconds(1)), "1ms",
            "The same of what gateways and streams send, which an event loop reads many operations of at once")
            .notInFunctions();
    static final Setting<Duration> LINGER = Setting.of("tallygate.accept.linger",
            SettingRule.duration(Duration.ZERO, Duration.ofMinutes(1)), "100ms",
            "How long accepted operations may wait for company").notInFunctions();
    static final Setting<Integer> LINGER_OPERATIONS = Setting.of("tallygate.accept.linger-operations",
            SettingRule.integer(1, 1_000_000), "100", "How many accepted operations end that wait early")
            .notInFunctions();

    /** For {@link Settings#load}. */
    public CommitSettingGroup() {}

    @Override
    public Part part() {
        return Part.STORAGE;
    }

    @Override
    public String title() {
        return "Commits";
    }

    @Override
    public List<Setting<?>> settings() {
        return List.of(TIMEOUT, QUEUE_MAX, BATCH_MAX, INLINE_MAX, RELAYED_INLINE_MAX, LINGER, LINGER_OPERATIONS);
    }
}
