package io.tallygate.storage.redis;

import io.tallygate.cache.SharedLevel;
import io.tallygate.kernel.Dependency;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * L2 of every cache in Redis: one connection for all of them, and one for the messages of each, which a blocking read
 * waits for. Thread-safe.
 */
final class RedisSharedLevels implements SharedLevel.Levels, Dependency, AutoCloseable {

    /** A connection that waits for messages is silent for a second at a time. */
    private static final Duration STREAM_TIMEOUT_MIN = Duration.ofSeconds(2);

    private final RedisSettings settings;
    private final LongSupplier ticker;
    private final CacheScript script = new CacheScript();
    /** Opened for the first cache: a process whose caches share nothing needs none. Guarded by this. */
    private @Nullable RedisLink link;

    RedisSharedLevels(RedisSettings settings, LongSupplier ticker) {
        this.settings = settings;
        this.ticker = ticker;
    }

    /** Connects, and checks that the server fits the settings. */
    private synchronized RedisLink link() {
        RedisLink opened = link;
        if (opened == null) {
            opened = RedisLink.use(settings, () -> RedisLink.openForMany(settings, ticker), connected -> {
                new StartCheck(connected).checkServer(settings);
                return connected;
            });
            link = opened;
        }
        return opened;
    }

    /**
     * Begins to follow what is told of a cache.
     *
     * @throws IllegalArgumentException naming the setting that does not fit, or {@code tallygate.redis.uri} when the
     *                                  server does not answer
     */
    @Override
    public SharedLevel open(String cache, SharedLevel.Follower follower) {
        RedisLink values = link();
        var names = new CacheNames(settings.keyPrefix(), cache);
        Duration timeout = settings.timeout().compareTo(STREAM_TIMEOUT_MIN) < 0
                ? STREAM_TIMEOUT_MIN
                : settings.timeout();
        var forMessages = new RedisSettings(settings.uri(), settings.cluster(), settings.partitions(), timeout,
                settings.keyPrefix());
        return RedisLink.use(settings, () -> RedisLink.open(forMessages, ticker), messages -> {
            var following = new CacheFollowing(messages, names, script, follower);
            following.start();
            return new RedisSharedLevel(values, names, script, following);
        });
    }

    @Override
    public String name() {
        return "shared-cache";
    }

    /** Nothing is asked before there is a cache: nobody needs it then. */
    @Override
    public void ping() {
        RedisLink opened = opened();
        if (opened != null) {
            opened.await(opened.commands().ping(), opened.deadline());
        }
    }

    private synchronized @Nullable RedisLink opened() {
        return link;
    }

    @Override
    public synchronized void close() {
        if (link != null) {
            link.close();
        }
    }
}
