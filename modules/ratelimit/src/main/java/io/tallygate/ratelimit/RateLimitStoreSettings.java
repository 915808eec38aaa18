package io.tallygate.ratelimit;

import io.tallygate.kernel.Setting;
import io.tallygate.kernel.SettingRule;
import java.time.Duration;

/** Settings of where rate limits are counted, which the module that brings a store reads. */
public final class RateLimitStoreSettings {

    /** Where to count. */
    public static final Setting<String> STORE = Setting.optional("tallygate.ratelimit.store",
            SettingRule.oneOf("memory", "redis"),
            "Where rate limits are counted: memory or redis; if not set, as tallygate.store: in Redis, or else in memory");

    /** How often a process says that it is there; never when it is 0. */
    public static final Setting<Duration> HEARTBEAT = Setting.of("tallygate.ratelimit.heartbeat",
            SettingRule.duration(Duration.ZERO, Duration.ofSeconds(5)), "1s",
            "How often this process tells Redis that it shares the limits, for its part when Redis is away; 0s: never")
            .fixedInFunctions("0s");

    private RateLimitStoreSettings() {}
}
