package io.tallygate.storage.redis;

import io.tallygate.ratelimit.RateLimitStoreSettings;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The processes that share the limits: each says again and again that it is there, and learns how many do. One that has not
 * said so for {@link #LIFE} is gone. Thread-safe; nobody waits for an answer.
 */
final class Instances implements AutoCloseable {

    static final Duration LIFE = Duration.ofSeconds(10);

    private final RedisLink link;
    private final String key;
    private final String self = UUID.randomUUID().toString();
    private final LuaScript script = new LuaScript("instances.lua");
    private final AtomicBoolean isAsking = new AtomicBoolean();
    private final @Nullable ScheduledFuture<?> beats;
    private volatile int count = 1;

    /**
     * Begins to say it.
     *
     * @param interval as {@link RateLimitStoreSettings#HEARTBEAT}: never when it is 0
     */
    Instances(RedisLink link, LimitNames names, Duration interval) {
        this.link = link;
        this.key = names.instances();
        this.beats = interval.isZero()
                ? null
                : link.timers().scheduleWithFixedDelay(this::beat, 0, interval.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** How many there were when the server last answered; 1 before it did. */
    int count() {
        return count;
    }

    private void beat() {
        if (isAsking.compareAndSet(false, true)) {
            var _ = RedisRateLimitStore.asked(() -> script.send(link.commands(), List.of(key),
                    args -> args.add(self).add(LIFE.toMillis())))
                    .whenComplete((answer, _) -> {
                        isAsking.set(false);
                        if (answer != null) {
                            count = Math.toIntExact(Math.max(1, answer.getFirst()));
                        }
                    });
        }
    }

    /** Says that this process is gone, if it can be said. */
    @Override
    public void close() {
        if (beats != null) {
            beats.cancel(false);
            var _ = RedisRateLimitStore.asked(() -> link.commands().zrem(key, self));
        }
    }
}
