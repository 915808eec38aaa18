package io.tallygate.event;

import io.tallygate.kernel.Setting;
import io.tallygate.kernel.SettingValues;
import java.time.Duration;
import java.util.stream.Stream;

/**
 * How one topic is consumed.
 *
 * @param maxConcurrency  the most events that are handled at once
 * @param retries         how often an event is tried again before it is dead
 * @param retryDelay      how long after its first failure; twice as long after each further one
 * @param retryDelayMax   the longest of these
 * @param ordered         whether later events of a key wait while one is tried again
 * @param failurePercent  when more than this share of the last {@value #WINDOW} events fail at first, the topic stops
 * @param aheadMax        the most events of a partition that are taken beyond the first one that is not done
 * @param replaysMax      how often a dead letter may fail again before it is parked
 */
record ConsumerSettings(int maxConcurrency, int retries, Duration retryDelay, Duration retryDelayMax, boolean ordered,
        int failurePercent, int aheadMax, int replaysMax) {

    /** How many first attempts the failure rate is of. */
    static final int WINDOW = 100;
    /** How often one event is tried while the topic is stopped. */
    static final Duration PROBE_INTERVAL = Duration.ofSeconds(30);
    /** How long what handlers need is away until it is told. */
    static final Duration TOLD_AFTER = Duration.ofSeconds(10);
    /** The most bytes of events that one consumer holds, unless the events of one poll are more: 64 MiB. */
    static final long HELD_BYTES_MAX = 64L << 20;

    static final ConsumerSettings DEFAULT = new ConsumerSettings(256, 3, Duration.ofMillis(100), Duration.ofSeconds(10),
            true, 50, 10_000, 5);

    /** What is set for a topic, whose underscores may be hyphens there, as they are where environment variables set it. */
    static ConsumerSettings of(String topic, SettingValues values) {
        return new ConsumerSettings(
                find(EventSettingGroup.MAX_CONCURRENCY, topic, values, DEFAULT.maxConcurrency),
                find(EventSettingGroup.RETRIES, topic, values, DEFAULT.retries),
                find(EventSettingGroup.RETRY_DELAY, topic, values, DEFAULT.retryDelay),
                find(EventSettingGroup.RETRY_DELAY_MAX, topic, values, DEFAULT.retryDelayMax),
                find(EventSettingGroup.ORDERED, topic, values, DEFAULT.ordered),
                find(EventSettingGroup.FAILURE_RATE, topic, values, DEFAULT.failurePercent),
                find(EventSettingGroup.AHEAD_MAX, topic, values, DEFAULT.aheadMax),
                find(EventSettingGroup.REPLAYS_MAX, topic, values, DEFAULT.replaysMax));
    }

    private static <T> T find(Setting<T> family, String topic, SettingValues values, T usual) {
        return Stream.of(topic, topic.replace('_', '-'))
                .map(name -> family.forOne(family.name().replace("*", name), family.meaning()))
                .flatMap(setting -> setting.find(values).stream()).findFirst().orElse(usual);
    }
}
