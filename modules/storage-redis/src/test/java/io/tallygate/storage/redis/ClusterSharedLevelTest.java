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

/** What is shared on a cluster of three masters. */
final class ClusterSharedLevelTest extends SharedLevelContract {

    private static final List<RedisClusterProcesses> CLUSTERS = new ArrayList<>();
    private static final List<RedisSharedLevels> LEVELS = new ArrayList<>();

    private final String cache = Stores.freshPrefix();

    @BeforeAll
    static void startCluster() {
        CLUSTERS.add(new RedisClusterProcesses());
        String uri = CLUSTERS.getFirst().masters().get(1).uri();
        var settings = new RedisSettings(RedisSettings.parse(uri), true, 1, Duration.ofSeconds(20), "test");
        LEVELS.add(new RedisSharedLevels(settings, System::nanoTime));
    }

    @AfterAll
    static void stopCluster() {
        LEVELS.forEach(RedisSharedLevels::close);
        LEVELS.clear();
        CLUSTERS.forEach(RedisClusterProcesses::close);
        CLUSTERS.clear();
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
