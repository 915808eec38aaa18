package io.tallygate.degradation;

import io.tallygate.kernel.HealthNotes;
import io.tallygate.kernel.InvalidInputException;
import io.tallygate.kernel.MetricSource;
import io.tallygate.kernel.Pressure;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The levels of all features of this process. Thread-safe. Somebody calls {@link #tick} a few times a second; where nothing
 * runs between requests, calls themselves do.
 */
final class DegradationService implements Degradation, DegradationAdmin, Pressure, MetricSource, HealthNotes {

    private static final Logger LOG = LoggerFactory.getLogger(Degradation.class);
    static final int HISTORY_MAX = 100;

    private final SequencedMap<String, FeatureControl> features = new TreeMap<>();
    private final SequencedMap<String, Probe> probes = new TreeMap<>();
    private final Overrides overrides;
    private final InstantSource clock;
    private final LongSupplier ticker;
    private final Executor threads;
    private final String node;
    /** Whether calls have what is due done. */
    private final boolean ticksItself;
    /** Guarded by itself. */
    private final Object updating = new Object();
    private final ArrayDeque<LevelChange> history = new ArrayDeque<>();
    private final List<LevelWatcher> watchers = new CopyOnWriteArrayList<>();
    private volatile long tickedAt;

    /**
     * Everything is {@link Level#NORMAL} until it shows otherwise.
     *
     * @param threads     run what blocks, each call on one of its own
     * @param ticksItself whether nobody else calls {@link #tick}
     */
    DegradationService(List<Feature> features, List<Probe> probes, LadderRules rules, Overrides overrides, String node,
            InstantSource clock, LongSupplier ticker, Executor threads, boolean ticksItself) {
        this.overrides = overrides;
        this.clock = clock;
        this.ticker = ticker;
        this.threads = threads;
        this.node = node;
        this.ticksItself = ticksItself;
        long now = ticker.getAsLong();
        this.tickedAt = now;
        for (Feature feature : features) {
            this.features.put(feature.name(),
                    new FeatureControl(feature.name(), feature.needs(), rules, now, clock.instant()));
        }
        probes.forEach(probe -> this.probes.put(probe.name(), probe));
    }

    /** Has it told of every change from now on. */
    void watch(LevelWatcher watcher) {
        watchers.add(watcher);
    }

    @Override
    public Level level() {
        Level worst = Level.NORMAL;
        for (FeatureControl feature : features.values()) {
            worst = worst.worse(feature.level());
        }
        return worst;
    }

    @Override
    public Level level(String feature) {
        return control(feature).level();
    }

    private FeatureControl control(String feature) {
        FeatureControl control = features.get(feature);
        if (control == null) {
            throw new IllegalArgumentException("feature: '" + feature + "', must be one of " + features.keySet());
        }
        return control;
    }

    @Override
    public <T> T run(String feature, Supplier<? extends T> normal, @Nullable Supplier<? extends T> degraded,
            @Nullable Supplier<? extends T> minimal) {
        tickIfNobodyElseDoes();
        return control(feature).run(normal, degraded, minimal);
    }

    @Override
    public <T> CompletionStage<T> runAsync(String feature, Supplier<? extends CompletionStage<T>> normal,
            @Nullable Supplier<? extends CompletionStage<T>> degraded,
            @Nullable Supplier<? extends CompletionStage<T>> minimal) {
        tickIfNobodyElseDoes();
        return control(feature).runAsync(normal, degraded, minimal);
    }

    private void tickIfNobodyElseDoes() {
        if (ticksItself && ticker.getAsLong() - tickedAt >= CallWindow.SLOT.toNanos()) {
            tick();
        }
    }

    /** Has what is due done, and changes levels where it is time to. Never waits. */
    void tick() {
        long now = ticker.getAsLong();
        tickedAt = now;
        probes.values().forEach(probe -> probe.look(now, threads, ticker, this::update));
        overrides.look(now);
        update();
        watchers.forEach(watcher -> watcher.look(now));
    }

    private void update() {
        // One at a time, so that what was read of overrides before is not applied after what was read later.
        synchronized (updating) {
            Instant at = clock.instant();
            Map<String, LevelOverride> set = overrides.inEffect(at);
            LevelOverride ofAll = set.get(Overrides.ALL);
            for (FeatureControl feature : features.values()) {
                LevelChange change = feature.update(probes, set.getOrDefault(feature.name(), ofAll),
                        ticker.getAsLong(), at);
                if (change != null) {
                    changed(change);
                }
            }
        }
        overrides.tell(level());
    }

    private void changed(LevelChange change) {
        synchronized (history) {
            if (history.size() == HISTORY_MAX) {
                history.removeLast();
            }
            history.addFirst(change);
        }
        watchers.forEach(watcher -> watcher.changed(change));
        if (change.to().isWorseThan(change.from())) {
            LOG.warn("{} is {} and was {}: {}", change.feature(), change.to(), change.from(), change.why());
        } else {
            LOG.info("{} is {} and was {}: {}", change.feature(), change.to(), change.from(), change.why());
        }
    }

    @Override
    public DegradationStatus status() {
        List<LevelChange> changes;
        synchronized (history) {
            changes = List.copyOf(history);
        }
        Instant now = clock.instant();
        return new DegradationStatus(level(), node, features.values().stream().map(FeatureControl::status).toList(),
                probes.values().stream().map(Probe::status).toList(), List.copyOf(overrides.inEffect(now).values()),
                overrides.nodes(now), changes);
    }

    @Override
    public CompletionStage<Scope> override(LevelOverride override) {
        requireKnown(override.feature());
        LOG.info("audit: {} sets {} to {} until {}: {}", override.by(), named(override.feature()), override.level(),
                override.until(), override.reason());
        CompletionStage<Scope> shared = overrides.set(override);
        update();
        return shared;
    }

    @Override
    public CompletionStage<Scope> clear(@Nullable String feature, String by) {
        requireKnown(feature);
        LOG.info("audit: {} ends the override of {}", by, named(feature));
        CompletionStage<Scope> shared = overrides.clear(feature);
        update();
        return shared;
    }

    private void requireKnown(@Nullable String feature) {
        if (feature != null && !features.containsKey(feature)) {
            throw new InvalidInputException("feature", feature,
                    "must be one of " + String.join(", ", features.keySet()));
        }
    }

    private static String named(@Nullable String feature) {
        return feature == null ? "all features" : feature;
    }

    @Override
    public boolean isCriticalBad() {
        for (Probe probe : probes.values()) {
            if (probe.isCritical() && probe.state().bad()) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void bindTo(Sink sink) {
        sink.gauge("tallygate.degradation.level", "0 normal, 1 degraded, 2 minimal: the worst of all features",
                Map.of(), () -> level().severity());
        features.forEach((name, feature) -> {
            Map<String, String> labels = Map.of("feature", name);
            sink.gauge("tallygate.degradation.feature.level", "0 normal, 1 degraded, 2 minimal", labels,
                    () -> feature.level().severity());
            sink.gauge("tallygate.degradation.recovering.percent",
                    "Of the calls that try a better level now; 0 when none do", labels, feature::recoveringPercent);
            sink.count("tallygate.degradation.changes", "How often the level became another one", labels,
                    feature::changes);
            sink.count("tallygate.degradation.answers", "Answers that another handler than the normal one gave",
                    labels, feature::degradedAnswers);
        });
        probes.forEach((name, probe) -> sink.gauge("tallygate.degradation.probe.good",
                "1 while the dependency counts as good, and else 0", Map.of("probe", name),
                () -> probe.state().bad() ? 0 : 1));
    }

    /** Of what is not {@link Level#NORMAL}, why. */
    @Override
    public List<String> notes() {
        var notes = new ArrayList<String>();
        for (FeatureControl control : features.values()) {
            FeatureStatus feature = control.status();
            if (feature.level() != Level.NORMAL) {
                notes.add(feature.name() + " is " + feature.level().label() + ": " + String.join("; ", feature.why()));
            }
        }
        return notes;
    }
}
