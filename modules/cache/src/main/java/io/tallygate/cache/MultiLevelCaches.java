package io.tallygate.cache;

import io.tallygate.kernel.DomainProblemException;
import io.tallygate.kernel.SettingValues;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The caches of a process. Thread-safe. */
public final class MultiLevelCaches implements AutoCloseable {

    private final SettingValues settings;
    private final SharedLevel.@Nullable Levels levels;
    private final Runnable end;
    private final CacheParts parts;
    private final Map<String, LevelledCache<?>> byName = new ConcurrentSkipListMap<>();
    private final List<Consumer<MultiLevelCache<?>>> watchers = new CopyOnWriteArrayList<>();
    private final StartWarmUps warmUps;
    private volatile Effort effort = Effort.FULL;

    /**
     * None yet.
     *
     * @param settings where {@code tallygate.multicache.<name>.*} are
     * @param levels   null where processes share nothing
     * @param ticker   nanoseconds that only rise
     * @param warm     keys that caches are to have from the start on, by the names of the caches
     */
    MultiLevelCaches(SettingValues settings, SharedLevel.@Nullable Levels levels, InstantSource clock,
            LongSupplier ticker, Map<String, List<String>> warm) {
        var timers = new ProcessTimers();
        this.settings = settings;
        this.levels = levels;
        this.end = timers::close;
        this.parts = CacheParts.ofProcess(clock, ticker, timers, () -> effort);
        this.warmUps = new StartWarmUps(warm, CacheSettingGroup.WARM_WAIT.in(settings), ticker, timers);
    }

    /** Where nothing is done later. */
    private MultiLevelCaches(InstantSource clock, LongSupplier ticker, RandomGenerator random) {
        this.settings = SettingValues.NONE;
        this.levels = null;
        this.end = () -> {};
        Timers none = (_, _) -> () -> {};
        this.parts = new CacheParts(clock, ticker, none, () -> random, () -> "", () -> effort);
        this.warmUps = new StartWarmUps(Map.of(), Duration.ZERO, ticker, none);
    }

    /**
     * Caches of a process that a test goes through step by step: nothing is done by time alone, so that there are no
     * timeouts, and what is drawn is drawn there.
     */
    public static MultiLevelCaches stepped(InstantSource clock, LongSupplier ticker, RandomGenerator random) {
        return new MultiLevelCaches(clock, ticker, random);
    }

    /** Caches of a process that shares nothing, with their defaults. */
    public static MultiLevelCaches inProcess(InstantSource clock, LongSupplier ticker) {
        return new MultiLevelCaches(SettingValues.NONE, null, clock, ticker, Map.of());
    }

    /** Caches of a process that shares what has a codec, with their defaults. */
    public static MultiLevelCaches sharing(SharedLevel.Levels levels, InstantSource clock, LongSupplier ticker) {
        return new MultiLevelCaches(SettingValues.NONE, levels, clock, ticker, Map.of());
    }

    /**
     * Makes a cache, with what settings say in place of its policy.
     *
     * @throws IllegalStateException when there is one of this name
     */
    public synchronized <V> MultiLevelCache<V> make(CacheSpec<V> spec) {
        if (byName.containsKey(spec.name())) {
            throw new IllegalStateException("there is a cache " + spec.name());
        }
        CachePolicy policy = PolicySettings.of(spec.name(), spec.policy(), settings);
        var cache = new LevelledCache<>(spec.with(policy), parts, levels);
        byName.put(spec.name(), cache);
        warmUps.made(cache);
        watchers.forEach(watcher -> watcher.accept(cache));
        return cache;
    }

    /** All there are, by name. */
    public List<MultiLevelCache<?>> all() {
        return List.copyOf(byName.values());
    }

    /**
     * The cache of a name.
     *
     * @throws DomainProblemException with {@link CacheProblem#UNKNOWN_CACHE} when there is none
     */
    public MultiLevelCache<?> find(String name) {
        MultiLevelCache<?> cache = byName.get(name);
        if (cache == null) {
            throw new DomainProblemException(CacheProblem.UNKNOWN_CACHE, "there is no cache of this name");
        }
        return cache;
    }

    /** Is given each cache that there is, and later each new one. */
    synchronized void watch(Consumer<MultiLevelCache<?>> watcher) {
        watchers.add(watcher);
        byName.values().forEach(watcher);
    }

    /** What they are to have from the start on. */
    StartWarmUps warmUps() {
        return warmUps;
    }

    /** What all of them do from now on. */
    public void setEffort(Effort wanted) {
        effort = wanted;
    }

    public Effort effort() {
        return effort;
    }

    @Override
    public void close() {
        byName.values().forEach(LevelledCache::close);
        end.run();
    }
}
