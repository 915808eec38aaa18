package io.tallygate.ratelimit;

import io.tallygate.kernel.Setting;
import io.tallygate.kernel.SettingRule;
import java.time.Duration;
import java.util.Optional;

/** Settings of rate limits, those of every protocol that asks for them among them. */
public final class RateLimitSettings {

    static final String MEMORY_MAX_NAME = "tallygate.ratelimit.memory-max";

    /** Where rules are read from; without it there are only those of the API. */
    public static final Setting<String> RULES = Setting.optional("tallygate.ratelimit.rules", SettingRule.text("PATH"),
            "YAML file of rules, or directory of such files, read again when they change");

    /** How many bytes a store in memory may take. Functions, each of which serves one request at a time, have none. */
    public static final Setting<Long> MEMORY_MAX = Setting.of(MEMORY_MAX_NAME,
            SettingRule.bytes(RateLimitStore.MEMORY_MIN, 1L << 40), "256MiB",
            "Memory that counts may take where no other process shares them; with 0 they are not kept in memory")
            .fixedInFunctions("0");

    /** How long to wait for a store that others share. */
    public static final Setting<Duration> TIMEOUT = Setting.of("tallygate.ratelimit.timeout",
            SettingRule.duration(Duration.ofMillis(1), Duration.ofSeconds(10)), "20ms",
            "How long a decision may wait for a shared store, before each rule's on_failure decides");

    /** The part of each limit that this process may use while the store is away. */
    public static final Setting<Double> LOCAL_SHARE = Setting.optional("tallygate.ratelimit.local-share",
            new SettingRule<>("be a number above 0 and at most 1, such as 0.25", RateLimitSettings::share, "SHARE"),
            "The part of each limit that this process may use while a shared store is away; 1/n for n processes");

    private RateLimitSettings() {}

    private static Optional<Double> share(String text) {
        return text.matches("[01]\\.?\\d{0,9}")
                ? Optional.of(Double.parseDouble(text)).filter(share -> share > 0 && share <= 1)
                : Optional.empty();
    }
}
