package io.tallygate.storage.redis;

import io.tallygate.cache.SharedLevel;
import io.tallygate.cache.SharedLevelContract;
import io.tallygate.kernel.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

final class RedisSharedLevelTest extends SharedLevelContract {

    private static final List<RedisProcess> SERVERS = new ArrayList<>();
    private static final List<RedisSharedLevels> LEVELS = new ArrayList<>();

    private final String cache = Stores.freshPrefix();

    @BeforeAll
    static void startServer() {
        SERVERS.add(RedisProcess.start("--appendonly", "no"));
        LEVELS.add(new RedisSharedLevels(new RedisSettings(RedisSettings.parse(SERVERS.getFirst().uri()), false, 1,
                Duration.ofSeconds(20), "test"), System::nanoTime));
    }

    @AfterAll
    static void stopServer() {
        LEVELS.forEach(RedisSharedLevels::close);
        LEVELS.clear();
        SERVERS.forEach(RedisProcess::close);
        SERVERS.clear();
    }

    @Override
    protected SharedLevel open(SharedLevel.Follower follower) {
        return LEVELS.getFirst().open(cache, follower);
    }

    @Override
    protected void pass(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        for (long left = time.toNanos(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    @Override
    protected void until(String what, BooleanSupplier condition) {
        Await.until(what, condition);
    }
}
