package io.tallygate.event;

import org.jspecify.annotations.Nullable;

/**
 * What one consumer of this process has done since it began.
 *
 * @param stopped whether it has stopped, because too many events fail
 * @param lag     how many events are not done, as far as is known without asking
 * @param handled how many events have had their effect, replays among them
 * @param failed  how many attempts have failed, but for those that found the store away
 * @param dead    how many events have become dead letters, or failed a replay
 * @param waits   why nothing is handled, which has been so for some time, because what handlers need is away; null otherwise
 */
public record ConsumerStatistics(String topic, String group, boolean stopped, long lag, long handled, long failed,
        long dead, @Nullable String waits) {}
