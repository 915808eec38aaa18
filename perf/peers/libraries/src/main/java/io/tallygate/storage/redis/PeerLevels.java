package io.tallygate.storage.redis;

import io.tallygate.cache.SharedLevel;
import java.time.Duration;

/** L2 as servers have it, opened without their settings. */
public final class PeerLevels implements SharedLevel.Levels, AutoCloseable {

    private final RedisSharedLevels levels;

    public PeerLevels(int port) {
        this.levels = new RedisSharedLevels(new RedisSettings(RedisSettings.parse("redis://127.0.0.1:" + port), false,
                1, Duration.ofSeconds(2), "tallygate"), System::nanoTime);
    }

    @Override
    public SharedLevel open(String cache, SharedLevel.Follower follower) {
        return levels.open(cache, follower);
    }

    @Override
    public void close() {
        levels.close();
    }
}
