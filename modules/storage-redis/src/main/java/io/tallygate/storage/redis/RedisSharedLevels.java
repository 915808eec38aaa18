package io.tallygate.storage.redis;

import io.tallygate.cache.SharedLevel;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * L2 of every cache in Redis: one connection for all of them, and one for the messages of each, which a blocking read waits
 * for. Thread-safe.
 */
final class RedisSharedLevels implements SharedLevel.Levels, AutoCloseable {

    /** A connection that waits for messages is silent for a second at a time. */
    private static final Duration STREAM_TIMEOUT_MIN = Duration.ofSeconds(2);

    private final RedisSettings settings;
    private final LongSupplier ticker;
    private final RedisLink link;
    private final CacheScript script = new CacheScript();

    private RedisSharedLevels(RedisSettings settings, LongSupplier ticker, RedisLink link) {
        this.settings = settings;
        this.ticker = ticker;
        this.link = link;
    }

    /**
     * Connects, and checks that the server fits the settings.
     *
     * @throws IllegalArgumentException naming the setting that does not fit, or {@code tallygate.redis.uri} when the
     *                                  server does not answer
     */
    static RedisSharedLevels open(RedisSettings settings, LongSupplier ticker) {
        return RedisLink.use(settings, () -> RedisLink.openForMany(settings, ticker), opened -> {
            new StartCheck(opened).checkServer(settings);
            return new RedisSharedLevels(settings, ticker, opened);
        });
    }

    @Override
    public SharedLevel open(String cache, SharedLevel.Follower follower) {
        var names = new CacheNames(settings.keyPrefix(), cache);
        Duration timeout = settings.timeout().compareTo(STREAM_TIMEOUT_MIN) < 0
                ? STREAM_TIMEOUT_MIN
                : settings.timeout();
        var forMessages = new RedisSettings(settings.uri(), settings.cluster(), settings.partitions(), timeout,
                settings.keyPrefix());
        return RedisLink.use(settings, () -> RedisLink.open(forMessages, ticker), messages -> {
            var following = new CacheFollowing(messages, names, script, settings.cluster(), follower);
            following.start();
            return new RedisSharedLevel(link, names, script, following);
        });
    }

    @Override
    public void close() {
        link.close();
    }
}
