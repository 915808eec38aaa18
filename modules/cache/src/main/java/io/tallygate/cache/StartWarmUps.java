package io.tallygate.cache;

import io.tallygate.kernel.Preparation;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The warm-ups that settings name. Each begins when the process has started and its cache is made, and the process is
 * not ready before all are over, or their time is. Thread-safe.
 */
final class StartWarmUps implements Preparation {

    /** Keys of which the source has said nothing are asked for again after that. */
    static final Duration AGAIN = Duration.ofSeconds(1);
    /** A cache that is made later begins by then: whoever makes it may have something to do before it can load. */
    static final Duration LATER = Duration.ofSeconds(1);

    private static final Logger LOG = LoggerFactory.getLogger(StartWarmUps.class);

    private final Map<String, List<String>> keys;
    private final Duration most;
    private final LongSupplier ticker;
    private final Timers timers;
    private final Map<String, LevelledCache<?>> made = new ConcurrentHashMap<>();
    private final Map<String, String> ended = new ConcurrentHashMap<>();
    /** Guarded by this; written once. */
    private @Nullable Long began;
    private volatile boolean isOver;

    /**
     * Nothing has begun.
     *
     * @param keys what to have, by the names of caches
     * @param most how long a process that has started waits for that
     */
    StartWarmUps(Map<String, List<String>> keys, Duration most, LongSupplier ticker, Timers timers) {
        this.keys = keys;
        this.most = most;
        this.ticker = ticker;
        this.timers = timers;
        this.isOver = keys.isEmpty() || most.isZero();
    }

    @Override
    public String name() {
        return "cache-warm-up";
    }

    /** There is a cache, maybe one that is to be warm. */
    synchronized void made(LevelledCache<?> cache) {
        if (keys.containsKey(cache.name())) {
            made.put(cache.name(), cache);
            if (began != null) {
                timers.after(LATER, () -> warm(cache));
            }
        }
    }

    @Override
    public void begin() {
        madeBefore().forEach(this::warm);
    }

    private synchronized List<LevelledCache<?>> madeBefore() {
        if (began != null) {
            return List.of();
        }
        began = ticker.getAsLong();
        return List.copyOf(made.values());
    }

    private void warm(LevelledCache<?> cache) {
        if (!cache.hasLoader()) {
            end(cache.name(), "not done: those who use the cache load its values");
            return;
        }
        warm(cache, keysOf(cache.name()), new WarmUp(0, 0, 0));
    }

    /** @param before what came of the keys that are not asked for again */
    private void warm(LevelledCache<?> cache, List<String> wanted, WarmUp before) {
        var _ = cache.warmUp(wanted).thenAccept(done -> {
            WarmUp told = done.told();
            List<String> again = isOver() ? List.of() : done.unanswered();
            var sum = new WarmUp(before.loaded() + told.loaded(), before.failed() + told.failed() - again.size(),
                    before.millis() + told.millis());
            if (again.isEmpty()) {
                end(cache.name(), sum.loaded() + " loaded, " + sum.failed() + " failed, " + sum.millis() + " ms");
            } else {
                timers.after(AGAIN, () -> warm(cache, again, sum));
            }
        });
    }

    private List<String> keysOf(String cache) {
        return keys.getOrDefault(cache, List.of());
    }

    private void end(String cache, String how) {
        LOG.info("Warm-up of the cache {}: {}", cache, how);
        ended.put(cache, how);
        if (ended.size() == keys.size()) {
            isOver = true;
        }
    }

    @Override
    public boolean isOver() {
        if (!isOver && hasWaitedLongEnough()) {
            isOver = true;
            LOG.warn("Ready without all that should be warm: {}", progress());
        }
        return isOver;
    }

    private synchronized boolean hasWaitedLongEnough() {
        return began != null && ticker.getAsLong() - began >= most.toNanos();
    }

    @Override
    public Map<String, String> progress() {
        var progress = new TreeMap<String, String>();
        keys.keySet().forEach(cache -> progress.put(cache, progress(cache)));
        return progress;
    }

    private String progress(String name) {
        String how = ended.get(name);
        if (how != null) {
            return how;
        }
        LevelledCache<?> cache = made.get(name);
        return cache == null
                ? "there is no such cache yet"
                : keysOf(name).size() + " keys, " + cache.figures().warmUpLeft() + " left";
    }
}
