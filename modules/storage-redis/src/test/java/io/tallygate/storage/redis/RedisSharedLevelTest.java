package io.tallygate.storage.redis;

import io.tallygate.cache.Invalidation;
import io.tallygate.cache.Invalidation.Kind;
import io.tallygate.cache.SharedLevel;
import io.tallygate.cache.SharedLevelContract;
import io.tallygate.kernel.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

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

    /** However it breaks: whoever does not follow any more would have no use of its memory for ever. */
    @Test
    void follower_thatBreaks_goesOn() {
        var lost = new AtomicInteger();
        var told = new CopyOnWriteArrayList<String>();
        try (SharedLevel level = open(new SharedLevel.Follower() {
            @Override
            public void heard() {}

            @Override
            public void told(Invalidation what) {
                String key = what.key().orElseThrow();
                if (key.equals("breaks")) {
                    throw new StackOverflowError();
                }
                told.add(key);
            }

            @Override
            public void lost() {
                lost.incrementAndGet();
            }
        })) {
            until("it breaks", () -> {
                done(level.tell(List.of(new Invalidation(Kind.INVALIDATE, Optional.of("breaks")))));
                return lost.get() > 0;
            });
            until("it goes on", () -> {
                done(level.tell(List.of(new Invalidation(Kind.INVALIDATE, Optional.of("next")))));
                return told.contains("next");
            });
        }
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
